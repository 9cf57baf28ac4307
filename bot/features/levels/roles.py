"""Level roles: what the rows say somebody is owed, brought to what Discord shows, by differences.

Whoever rises, falls, comes back or is found to differ has a moment in their row from which on they
are to be compared. Only level roles are ever given or taken. A role that cannot be given is told
to the staff once, and is tried again with the next member, not for this one over and over.
"""

from collections.abc import Collection, Mapping

from bot.acts import ActFailed, ActRefused, Barred, Gone, RoleChange
from bot.features.levels import store
from bot.features.levels.model import GONE, MemberXp, owed_roles, role_change
from bot.features.levels.ports import LevelChoices, LevelsPorts
from bot.features.levels.role_failures import RoleFailures
from bot.features.levels.tables import level_member
from bot.logs import get_logger
from bot.storage.database import Transaction
from bot.storage.sweep import DueRows, Sweep

WHY = "level {level}"

_log = get_logger("herald.levels")

Failures = dict[int, str]
"""Of level roles, by their rows' ids: why they could not be given or taken."""


class LevelRoles:
    """Follows the rows; the sweep finds whose roles are to be compared."""

    def __init__(self, ports: LevelsPorts, failures: RoleFailures) -> None:
        self._ports = ports
        self._failures = failures
        self._modes = dict[int, tuple[bool, bool]]()
        self.sweep = Sweep(
            "level roles",
            ports.database,
            clock=ports.clock,
            ready=lambda: ports.acts.is_connected,
        )
        self.sweep.rows(
            DueRows(
                "roles",
                level_member,
                store.due,
                store.member_of,
                self.follow,
                still=store.still_due,
            )
        )

    async def follow(self, seen: MemberXp) -> None:
        """Bring somebody's roles to what they are owed; without an answer they stay due."""
        choices = await self._ports.choices(seen.guild_id)
        failures, done, is_barred = Failures(), list[int](), False
        if choices.settings.enabled and choices.rules.roles:
            try:
                there = await self._ports.acts.member(seen.guild_id, seen.user_id)
                if there is None:
                    await self._left(seen)
                    return
                held = there.role_ids
                is_barred = await self._change(seen, choices, held, failures=failures, done=done)
            except Gone:
                await self._left(seen)
                return
            except ActFailed as error:
                _log.info("levels.roles_unknown", user_id=seen.user_id, error=str(error))
                return
        async with self._ports.database.transaction() as tx:
            most = 1 if is_barred else None
            await self._failures.note(tx, seen.guild_id, failures, done=done, most=most)
            await store.compared(tx, seen)

    async def look(self) -> None:
        """See which guilds have switched levels on, or stacking, and compare these."""
        for guild_id in self._ports.acts.guild_ids():
            chosen = await self._ports.chosen(guild_id)
            mode = chosen.enabled, chosen.stacks_roles
            before, self._modes[guild_id] = self._modes.get(guild_id, mode), mode
            if before != mode:
                await self.compare(guild_id)

    async def all_due(self, tx: Transaction, guild_id: int) -> None:
        """From now on everybody's are compared: the rules are others."""
        await store.compare_all(tx, guild_id, self._ports.clock.now())
        tx.on_commit(self.sweep.wake)

    async def on_joined(self, tx: Transaction, guild_id: int, user_ids: Collection[int]) -> None:
        """Whoever comes back has what they had, and is owed their roles."""
        back = {"left_at": None, "roles_at": self._ports.clock.now(), "look_at": None}
        if await store.change(tx, guild_id, user_ids, **back):
            tx.on_commit(self.sweep.wake)

    async def on_gone(self, tx: Transaction, guild_id: int, user_ids: Collection[int]) -> None:
        """Whoever leaves keeps what they have, or loses it, as the guild wants."""
        await self._gone(tx, guild_id, user_ids)

    async def compare(self, guild_id: int) -> int:
        """A guild is in sight again: who is there, and with which roles; how many differ."""
        choices = await self._ports.choices(guild_id)
        if not choices.settings.enabled:
            return 0
        role_ids = [one.role_id for one in choices.rules.roles]
        try:
            holders = dict(await self._ports.acts.holders(guild_id, role_ids))
        except ActFailed as error:
            _log.warning("levels.not_compared", guild_id=guild_id, error=str(error))
            return 0
        count = 0
        async for page in store.all_of(self._ports.database, guild_id):
            count += await self._compared(guild_id, page, choices, holders)
            for one in page:
                holders.pop(one.user_id, None)
        # Whoever has a level role and no row at all has it from somebody's hand.
        strangers = {user_id: 0 for user_id, held in holders.items() if held}
        if strangers:
            async with self._ports.database.transaction() as tx:
                await store.put(tx, guild_id, strangers, self._ports.clock.now())
        self.sweep.wake()
        return count + len(strangers)

    async def _compared(
        self,
        guild_id: int,
        page: Collection[MemberXp],
        choices: LevelChoices,
        holders: Mapping[int, frozenset[int]],
    ) -> int:
        """Some of the rows against what Discord shows."""
        standing, now = self._ports.acts.standing, self._ports.clock.now()
        gone = [
            one.user_id
            for one in page
            # Who came after the list was made is known by now.
            if one.left_at is None
            and one.user_id not in holders
            and standing(guild_id, one.user_id) is None
        ]
        back = [one.user_id for one in page if one.left_at and one.user_id in holders]
        roles, stacks = self._ports.there(guild_id, choices.rules), choices.settings.stacks_roles
        differ = [
            one.user_id
            for one in page
            if one.user_id in holders
            and owed_roles(roles, one.level, stacks=stacks) != holders[one.user_id]
        ]
        if gone or back or differ:
            async with self._ports.database.transaction() as tx:
                await self._gone(tx, guild_id, gone)
                await store.change(tx, guild_id, back, left_at=None)
                await store.change(tx, guild_id, differ, roles_at=now, look_at=None)
        return len(differ)

    async def _change(
        self,
        seen: MemberXp,
        choices: LevelChoices,
        held: Collection[int],
        *,
        failures: Failures,
        done: list[int],
    ) -> bool:
        """Give and take one after the other, so that one refusal keeps no other back.

        Whether a permission of the bot's is missing, so that no level role can be given at all.
        """
        standing = self._ports.there(seen.guild_id, choices.rules)
        roles = {one.role_id: one for one in standing}
        failures |= {one.id: GONE for one in choices.rules.roles if one not in standing}
        change = role_change(standing, held, seen.level, stacks=choices.settings.stacks_roles)
        single = [RoleChange(give=(one,)) for one in change.give]
        single += [RoleChange(take=(one,)) for one in change.take]
        why = WHY.format(level=seen.level)
        for one in single:
            (role_id,) = (*one.give, *one.take)
            try:
                await self._ports.acts.change_roles(seen.guild_id, seen.user_id, one, reason=why)
            except Barred as error:  # no other of them fares better
                failures |= {role.id: str(error) for role in roles.values()}
                return True
            except Gone:
                if await self._ports.acts.member(seen.guild_id, seen.user_id) is None:
                    raise
                failures[roles[role_id].id] = GONE
            except ActRefused as error:
                failures[roles[role_id].id] = str(error)
            else:
                done.append(roles[role_id].id)
        return False

    async def _left(self, seen: MemberXp) -> None:
        async with self._ports.database.transaction() as tx:
            await self._gone(tx, seen.guild_id, [seen.user_id])

    async def _gone(self, tx: Transaction, guild_id: int, user_ids: Collection[int]) -> None:
        if not user_ids:
            return
        if (await self._ports.chosen(guild_id)).keeps_xp:
            left = {"left_at": self._ports.clock.now(), "roles_at": None}
            await store.change(tx, guild_id, user_ids, **left)
        else:
            await store.forget(tx, guild_id, user_ids)
