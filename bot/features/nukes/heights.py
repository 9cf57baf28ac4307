"""Height of the bot's role among the others: it is watched, and said once for each change."""

from bot.features.nukes import store, words
from bot.features.nukes.model import roles_above
from bot.features.nukes.ports import NukesPorts
from bot.structure import RolePlan

GUILDS = 10_000


class RoleHeights:
    """What was last said of each guild is a row; memory only spares reading it."""

    def __init__(self, ports: NukesPorts) -> None:
        self._ports = ports
        self._said = dict[int, tuple[int, ...]]()

    def above(self, guild_id: int) -> tuple[RolePlan, ...]:
        """Roles with dangerous permissions that stand above the bot's own, from memory."""
        plan, me = self._ports.acts.plan(guild_id), self._ports.acts.own_standing(guild_id)
        return () if plan is None or me is None else roles_above(plan, me.rank)

    async def look(self, guild_id: int) -> None:
        """Say it where it is not what was said last."""
        chosen = await self._ports.chosen(guild_id)
        if not chosen.enabled or self._ports.acts.plan(guild_id) is None:
            return
        above = self.above(guild_id)
        ids = tuple(sorted(one.role_id for one in above))
        if self._said.get(guild_id) == ids:
            return
        async with self._ports.database.transaction() as tx:
            if await store.put_heights(tx, guild_id, ids):
                await self._ports.incidents.open(tx, words.height(guild_id, above))
        if len(self._said) >= GUILDS:
            self._said.clear()
        self._said[guild_id] = ids
