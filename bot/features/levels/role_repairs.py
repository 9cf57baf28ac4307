"""Role repairs: level roles that people, or other bots, give or take, put right as it is heard.

What the bot does itself brings somebody nearer to what their row owes them; so a change that leads
away from that is somebody else's, and no echo has to be kept. Whoever changes a role back again and
again is let be: the staff are told once, and the role waits for the next rise or `/levels sync`.
"""

from bot.clock import to_ms
from bot.features.levels import store
from bot.features.levels.model import CONTESTED, GONE, LevelRole, owed_roles
from bot.features.levels.ports import LevelsPorts
from bot.features.levels.role_failures import RoleFailures
from bot.features.levels.roles import LevelRoles
from bot.rates import Keyed, Window

AGAIN = 3  # changes of one role of one member
SPAN = 3_600_000  # ms


class RoleRepairs:
    """Writes down whose level roles are to be compared; the sweep does the rest."""

    def __init__(self, ports: LevelsPorts, failures: RoleFailures, *, roles: LevelRoles) -> None:
        self._ports = ports
        self._failures = failures
        self._roles = roles
        self._heard: Keyed[tuple[int, int], Window] = Keyed(lambda: Window(AGAIN, SPAN))

    async def changed(
        self, guild_id: int, user_id: int, *, given: frozenset[int], taken: frozenset[int]
    ) -> None:
        """Somebody was given roles, or lost them, by whomever."""
        choices = await self._ports.choices(guild_id)
        rules = self._ports.there(guild_id, choices.rules)
        roles = [one for one in rules if one.role_id in given | taken and one.failure != CONTESTED]
        if not choices.settings.enabled or not roles:
            return
        async with self._ports.database.reading() as reading:
            seen = await store.member(reading, guild_id, user_id)
        level, xp = (1, 0) if seen is None else (seen.level, seen.xp)
        owed = owed_roles(rules, level, stacks=choices.settings.stacks_roles)
        wrong = [one for one in roles if (one.role_id in owed) != (one.role_id in given)]
        contested = {one.id: CONTESTED for one in wrong if self._is_contested(user_id, one)}
        if not wrong:
            return
        now = self._ports.clock.now()
        async with self._ports.database.transaction() as tx:
            await self._failures.note(tx, guild_id, contested)
            if len(contested) < len(wrong):
                due = {"roles_at": now, "look_at": None}
                if not await store.change(tx, guild_id, [user_id], **due):
                    await store.put(tx, guild_id, {user_id: xp}, now)
                tx.on_commit(self._roles.sweep.wake)

    async def deleted(self, guild_id: int, role_id: int) -> None:
        """A role was deleted; where it was that of a level, the staff have to name another."""
        rules = await self._ports.rules(guild_id)
        gone = {one.id: GONE for one in rules.roles if one.role_id == role_id}
        if gone:
            async with self._ports.database.transaction() as tx:
                await self._failures.note(tx, guild_id, gone)
            await self._roles.compare(guild_id)

    def _is_contested(self, user_id: int, role: LevelRole) -> bool:
        now, key = to_ms(self._ports.clock.now()), (user_id, role.id)
        window = self._heard.of(key)
        is_often = window.add(now)
        self._heard.keep(key, window, now)
        return is_often
