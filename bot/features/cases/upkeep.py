"""Upkeep of cases in effect: done on Discord once more, after a rejoin or with an edited end."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from bot.acts import ActFailed, ActRefused, RoleChange
from bot.features.cases import due, store, transitions
from bot.features.cases.enforcement import change_held, givable
from bot.features.cases.messages import LOG
from bot.features.cases.model import Case, CaseEdit, CaseState, audit_reason
from bot.features.cases.ports import CasesPorts
from bot.logs import get_logger
from bot.storage.database import Transaction

REFUSED_FOR = timedelta(minutes=15)
SAME_VISIT = timedelta(seconds=1)  # by which Discord may round the moment of a join

_log = get_logger("herald.cases")


class Reapply:
    """Does one once more, after a rejoin or with an edited end.

    The row says that it is to be done (`repeats`) before it is, so that a sweep finds it.

    Whoever calls `repeat` or `repeat_quietly` holds the person's turn.
    """

    def __init__(self, ports: CasesPorts) -> None:
        self._ports = ports

    async def rejoined(self, guild_id: int, user_id: int) -> None:
        """Somebody came back: a mute or a quarantine is not left behind by leaving."""
        # Most people who come were never muted: a raid of them must not queue for the writer.
        async with self._ports.database.reading() as reading:
            mutes = await store.active(reading, guild_id, user_id, ("mute",))
        if not mutes:
            return
        async with self._ports.database.transaction() as tx:
            await due.repeat_mutes(tx, guild_id, (user_id,), self._ports.clock.now())
            mutes = await store.active(tx, guild_id, user_id, ("mute",))
        for case in mutes:
            async with self._ports.locks.hold(case.person):
                await self.repeat_quietly(case)

    async def on_late_joins(
        self, tx: Transaction, guild_id: int, user_ids: Collection[int]
    ) -> None:
        """A reaction: who came back while the bot was away is muted again by the next sweep."""
        await due.repeat_mutes(tx, guild_id, user_ids, self._ports.clock.now())

    async def owe(self, tx: Transaction, case: Case, edit: CaseEdit) -> Case:
        """The first step of an edit that Discord has a part in."""
        details = case.details.model_copy(update={"edit": edit})
        changed = await store.change(tx, case, repeats=True, details=store.document(details))
        return changed or case

    async def repeat(self, case: Case) -> Case:
        """Do it; where Discord refuses, it stays owed unless somebody stands by who is told."""
        edit = case.details.edit
        if edit is None:
            return await self._over(case, None, visit=await self._roles(case))
        await self._timeout(case, edit)
        return await self._over(case, edit)

    async def give_up(self, case: Case) -> None:
        """An edit that Discord refused, and whoever wanted it was told so."""
        await self._over(case, None)

    async def repeat_quietly(self, case: Case) -> None:
        """The same for whoever has nobody to tell; the log has what went wrong.

        The case may have ended while its turn was waited for.
        """
        async with self._ports.database.reading() as reading:
            now = await store.by_id(reading, case.guild_id, case.id)
        if now is None or now.state is not CaseState.ACTIVE or not now.repeats:
            return
        try:
            await self.repeat(now)
        except ActRefused as error:
            await self._put_off(now, str(error))
        except ActFailed as error:
            _log.warning("case.repeated_later", case=case.id, error=str(error))

    async def applied(self, tx: Transaction, case: Case, edit: CaseEdit) -> Case:
        """The row as edited, with its event where something changed."""
        details = case.details.model_copy(update={"edit": None})
        values = {"reason": edit.reason, "expires_at": edit.ends_at, "look_at": None}
        values["failure"] = None
        after = await store.change(
            tx, case, repeats=False, details=store.document(details), **values
        )
        if after is None:
            return case
        await self._ports.posts.redraw(tx, LOG, case.id)
        event = transitions.updated(case, after, edit.by_id)
        if event.changed_fields:
            await self._ports.outbox.emit(tx, event)
        return after

    async def _put_off(self, case: Case, reason: str) -> None:
        """Still owed: said in the case and in its entry of the log, and tried again."""
        failure, look_at = reason[:500], self._ports.clock.now() + REFUSED_FOR
        async with self._ports.database.transaction() as tx:
            after = await store.change(tx, case, failure=failure, look_at=look_at)
            if after is None or after.failure == case.failure:
                return
            await self._ports.posts.redraw(tx, LOG, case.id)
        _log.warning("case.not_repeated", case=case.id, error=reason)

    async def _over(
        self, case: Case, edit: CaseEdit | None, *, visit: datetime | None = None
    ) -> Case:
        async with self._ports.database.transaction() as tx:
            now = await store.by_id(tx, case.guild_id, case.id, locks=True)
            if now is None or now.state is not CaseState.ACTIVE:
                return now or case
            if edit is not None:
                return await self.applied(tx, now, edit)
            after = {"edit": None, "visit": visit or now.details.visit}
            details = store.document(now.details.model_copy(update=after))
            if now.failure is not None:
                await self._ports.posts.redraw(tx, LOG, now.id)
            values: dict[str, Any] = {"repeats": False, "failure": None, "look_at": None}
            values |= {"details": details, "compare_at": self._ports.clock.now()}
            return await store.change(tx, now, **values) or now

    async def _timeout(self, case: Case, edit: CaseEdit) -> None:
        reason = audit_reason(case.number, case.moderator_name, edit.reason)
        await self._ports.acts.timeout(
            case.guild_id, case.user_id, until=edit.ends_at, reason=reason
        )

    async def _roles(self, case: Case) -> datetime | None:
        """When they joined; whoever is gone again is muted by the next rejoin.

        Of who never left, somebody has changed the roles: the comparison says what follows.
        """
        there = givable(self._ports.acts, case.guild_id)
        # One that stands above the bot by now must not keep the others from being changed.
        take = (role_id for role_id in case.details.takes if role_id in there)
        reason = audit_reason(case.number, case.moderator_name, case.reason)
        member = await self._ports.acts.member(*case.person)
        if member is None:
            return None
        if case.details.visit is None or not is_same_visit(case.details.visit, member.joined_at):
            wanted = RoleChange(case.details.gives, tuple(take))
            await change_held(self._ports.acts, case, member, wanted, reason)
        return member.joined_at


def is_same_visit(known: datetime | None, seen: datetime | None) -> bool:
    """Whether both are the moment of one join; what is not known counts as the same."""
    return known is None or seen is None or abs(known - seen) <= SAME_VISIT
