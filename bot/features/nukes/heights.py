"""Height of the bot's role among the others: it is watched, and said once for each change."""

from collections.abc import Mapping

from bot.acts import spoken_in
from bot.errors import UserError
from bot.features.nukes import store, words
from bot.features.nukes.model import roles_above
from bot.features.nukes.ports import NukesPorts
from bot.permission_names import permission_name
from bot.snapshots import RoleSeen, Standing, rank_of
from bot.structure import RolePlan
from bot.texts import _
from bot.user_text import inline

GUILDS = 10_000
NAME_SHOWN = 80  # characters


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
        with spoken_in(self._ports.acts, guild_id):
            finding = words.height(guild_id, above)
        async with self._ports.database.transaction() as tx:
            if await store.put_heights(tx, guild_id, ids):
                await self._ports.incidents.open(tx, finding)
        if len(self._said) >= GUILDS:
            self._said.clear()
        self._said[guild_id] = ids


def refuse_giving(giver: Standing | None, roles: Mapping[int, RoleSeen]) -> None:
    """A UserError where somebody could not give these roles by hand: one does not stand below."""
    if giver is None:
        raise UserError(_("who wanted it is not in this server any more"))
    if not giver.may("manage_roles"):
        text = _("You may not undo that: it takes the permission **{name}**.")
        raise UserError(text.format(name=permission_name("manage_roles")))
    for role_id, role in roles.items():
        if not giver.is_owner and rank_of(role.position, role_id) >= giver.rank:
            text = _(
                "The role {role} would come back to them, and it does not stand below yours: ask "
                "somebody above it."
            )
            raise UserError(text.format(role=inline(role.name, NAME_SHOWN)))
