"""Comparison of cases with what Discord shows: what people change there by hand counts as well.

The row follows what a person did. One that was lifted while the person was away is the other way
round: Discord still holds their timeout, and follows the row once they are back.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.acts import ActFailed, ActRefused
from bot.features.cases import due, enforcement, store, transitions
from bot.features.cases.enforcement import SAME_END, is_same_end
from bot.features.cases.messages import LOG
from bot.features.cases.model import Case, CaseState, Details
from bot.features.cases.ports import CasesPorts
from bot.features.cases.transitions import CaseTransitions
from bot.features.cases.upkeep import Reapply, is_same_visit
from bot.logs import get_logger
from bot.snapshots import MemberSeen, RoleSeen
from bot.storage.database import Transaction
from bot.storage.sweep import LEASE, DueRows, Sweep

ENTRY_WAIT = timedelta(seconds=3)  # for the audit entry that says who it was
AWAY = timedelta(minutes=15)
WHY = "lifted while they were away"

What = Literal["same", "lifted", "rejoined", "changed"]

_log = get_logger("herald.cases")


@dataclass(frozen=True, slots=True)
class Difference:
    """What follows for the row; `values` are its columns as they become."""

    what: What = "same"
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])


SAME = Difference()
LIFTED = Difference("lifted")


class Comparison:
    """Asks Discord and never the signal: those come late, twice, in any order, or not at all."""

    def __init__(self, ports: CasesPorts, steps: CaseTransitions, *, reapply: Reapply) -> None:
        self._ports = ports
        self._transitions = steps
        self._reapply = reapply

    def sweep(self) -> Sweep:
        """Everything that is to be compared; beside the ends, which must not wait for it."""
        ports = self._ports
        sweep = Sweep(
            "cases.compared",
            ports.database,
            clock=ports.clock,
            ready=lambda: ports.acts.is_connected,
            locks=ports.locks,
        )
        sweep.rows(
            DueRows(
                "compared",
                store.table,
                due.compared,
                store.case_of,
                self.compare,
                key=lambda case: case.person,
                still=due.unchanged,
            )
        )
        return sweep

    async def on_sighted(self, tx: Transaction, guild_id: int) -> None:
        """A reaction: what may have been changed by hand while nobody looked is compared."""
        await due.compare_guild(tx, guild_id, self._ports.clock.now())

    async def changed(
        self, guild_id: int, user_id: int, by_id: int | None = None, *, waits: bool = False
    ) -> None:
        """Something about a member is otherwise; `by_id` is who the audit log says did it.

        With `waits` its entry may still come: it is looked at a moment later.
        """
        acts, now = self._ports.acts, self._ports.clock.now()
        me = acts.own_standing(guild_id)
        if me is None or by_id == me.account.user_id:
            return
        async with self._ports.database.reading() as reading:
            cases = await due.comparable(reading, guild_id, user_id)
        if not cases:
            return
        waits = waits and me.may("view_audit_log")
        async with self._ports.database.transaction() as tx:
            at = now + ENTRY_WAIT if waits else now
            await due.compare_later(tx, [case.id for case in cases], at)
        for case in () if waits else cases:
            async with self._ports.locks.hold(case.person):
                async with self._ports.database.reading() as reading:
                    fresh = await due.unchanged(reading, case)
                if fresh is not None:
                    await self.compare(fresh, by_id)

    async def compare(self, case: Case, by_id: int | None = None) -> None:
        """Bring row and Discord together; the person's turn is held. Looked at again on failure."""
        me = self._ports.acts.own_standing(case.guild_id)
        if me is None:
            return
        try:
            member = await self._ports.acts.member(*case.person)
            if case.state is CaseState.ACTIVE:
                await self._follow(case, member, by_id, me.account.user_id)
            else:
                await self._lift_rest(case, member)
        except ActRefused as error:
            await self._again(case, AWAY, failure=str(error)[:500])
        except ActFailed as error:
            _log.warning("case.not_compared", case=case.id, error=str(error))

    async def _follow(
        self, case: Case, member: MemberSeen | None, by_id: int | None, me: int
    ) -> None:
        found = self._found(case, member, is_evident=by_id is not None)
        async with self._ports.database.transaction() as tx:
            now = await store.by_id(tx, case.guild_id, case.id, locks=True)
            if now is None or now.state is not CaseState.ACTIVE or now != case:
                return  # somebody was faster: it is compared anew
            if now.repeats or await self._is_busy(tx, now):
                at = self._ports.clock.now() + LEASE if not now.repeats else None
                await store.change(tx, now, compare_at=at)
                return
            await self._write(tx, now, found, by_id or me)
        if found.what == "rejoined":
            await self._reapply.repeat_quietly(case)

    async def _is_busy(self, tx: Transaction, case: Case) -> bool:
        """Whether an act is under way, maybe elsewhere, that will tell itself what it changes."""
        if await due.is_under_way(tx, case):
            return True
        return any([await asks(tx, case.id) for asks in self._ports.is_lifting])

    def _found(self, case: Case, member: MemberSeen | None, *, is_evident: bool) -> Difference:
        acts = self._ports.acts
        if member is None:
            return SAME  # Discord keeps a timeout, and a mute comes back with them
        if case.type == "timeout":
            return of_timeout(case, member, self._ports.clock.now())
        return of_mute(
            case,
            member,
            there=acts.roles(case.guild_id),
            givable=enforcement.givable(acts, case.guild_id),
            is_evident=is_evident,
        )

    async def _write(self, tx: Transaction, case: Case, found: Difference, by_id: int) -> None:
        if found.what == "lifted":
            await self._transitions.revoked(tx, case, by_id)
            return
        values: dict[str, Any] = {"compare_at": None, "look_at": None, **found.values}
        if found.what == "rejoined":
            values["repeats"] = True
        if "details" in values:
            values["details"] = store.document(values["details"])
        after = await store.change(tx, case, **values)
        if after is None or "expires_at" not in values:
            return
        await self._ports.posts.redraw(tx, LOG, case.id)
        await self._ports.outbox.emit(tx, transitions.updated(case, after, by_id))

    async def _lift_rest(self, case: Case, member: MemberSeen | None) -> None:
        """A timeout that was lifted while Discord did not let anybody lift it: owed until done."""
        now = self._ports.clock.now()
        is_over = case.expires_at is None or case.expires_at <= now
        if member is None and not is_over:
            await self._again(case, AWAY)
            return
        async with self._ports.database.reading() as reading:
            newer = await store.active(reading, *case.person, ("timeout",))
            is_busy = await due.is_under_way(reading, case)
        if is_busy:
            await self._again(case, LEASE)
            return
        stands = member and is_same_end(member.timed_out_until, case.expires_at)
        if stands and not is_over and not newer:
            await enforcement.lift(self._ports.acts, case, case.moderator_name, WHY)
        await self._again(case, None)

    async def _again(
        self, case: Case, after: timedelta | None, *, failure: str | None = None
    ) -> None:
        """Look again then, or never; what Discord refuses is said in the case and its entry."""
        at = None if after is None else self._ports.clock.now() + after
        values: dict[str, Any] = {"compare_at": at, "look_at": None}
        if case.state is not CaseState.ACTIVE or failure is not None:
            values["failure"] = failure
        async with self._ports.database.transaction() as tx:
            after_it = await store.change(tx, case, **values)
            if after_it is not None and after_it.failure != case.failure:
                await self._ports.posts.redraw(tx, LOG, case.id)
                _log.warning("case.not_compared", case=case.id, error=failure)


def of_timeout(case: Case, member: MemberSeen, now: datetime) -> Difference:
    """Lifted by hand, or with another end; what ends by itself is for the sweep."""
    until, end = member.timed_out_until, case.expires_at
    if until is None or until <= now:
        is_over = end is None or end <= now + SAME_END
        return SAME if is_over else LIFTED
    return SAME if is_same_end(until, end) else Difference("changed", {"expires_at": until})


def of_mute(
    case: Case,
    member: MemberSeen,
    *,
    there: Mapping[int, RoleSeen],
    givable: Collection[int],
    is_evident: bool,
) -> Difference:
    """A role that is not held any more is no sign by itself: whoever comes back has none.

    `there` are the roles of the guild. `is_evident` where somebody is known to have changed the
    member's roles by hand.
    """
    details = case.details
    if not is_same_visit(details.visit, member.joined_at):
        return Difference("rejoined")
    missing = [role_id for role_id in details.gives if role_id not in member.role_ids]
    if missing:
        is_deleted = any(role_id not in there for role_id in missing)
        is_known = is_evident or details.visit is not None
        return LIFTED if is_known and not is_deleted else SAME
    follows = _roles(details, member.role_ids, givable)
    after = follows.model_copy(update={"visit": member.joined_at or details.visit})
    return SAME if after == details else Difference("changed", {"details": after})


def _roles(details: Details, held: Collection[int], givable: Collection[int]) -> Details:
    """What a person gives to somebody in quarantine is theirs, and what is taken again is not."""
    given = {one for one in details.takes if one in held and one in givable}
    lost = {
        one
        for one in details.restores
        if one not in details.takes and one not in held and one in givable
    }
    return details.model_copy(
        update={
            "takes": tuple(one for one in details.takes if one not in given),
            "restores": tuple(one for one in details.restores if one not in lost),
        }
    )
