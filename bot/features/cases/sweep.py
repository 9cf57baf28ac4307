"""Sweep of cases: ends that are due, acts that a crash cut, mutes to be given once more."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from bot.acts import ActFailed, ActRefused, ActUnknown, Gone, spoken_in
from bot.feature import Echo
from bot.features.cases import due, enforcement, store
from bot.features.cases.comparison import Comparison, of_timeout
from bot.features.cases.messages import LOG, CaseMessages
from bot.features.cases.model import Case, CaseState
from bot.features.cases.ports import CasesPorts
from bot.features.cases.preconditions import weaker
from bot.features.cases.settings import CasesSettings
from bot.features.cases.transitions import BANS, CaseTransitions
from bot.features.cases.upkeep import REFUSED_FOR, Reapply
from bot.logs import get_logger
from bot.snapshots import Account
from bot.storage.sweep import DueRows, Sweep
from bot.texts import N_

# Kept with the case in English, and read by each in their own language.
TOO_LATE = N_("its time was over before it was carried out")
NOT_CARRIED_OUT = N_("it was never carried out")
BANNED_SINCE = N_("somebody else has banned them since")

_log = get_logger("herald.cases")


class DueCases:
    """The rows are the schedule; the person's turn is kept from moderators meanwhile."""

    def __init__(
        self,
        ports: CasesPorts,
        transitions: CaseTransitions,
        *,
        messages: CaseMessages,
        comparison: Comparison,
    ) -> None:
        self._ports = ports
        self._transitions = transitions
        self._messages = messages
        self._comparison = comparison

    def sweep(self, reapply: Reapply) -> Sweep:
        """All three kinds of rows."""
        ports = self._ports
        sweep = Sweep(
            "cases",
            ports.database,
            clock=ports.clock,
            ready=lambda: ports.acts.is_connected,
            first=self._recall,
            locks=ports.locks,
        )
        for name, which, deal in (
            ("expired", due.expired, self._expire),
            ("stuck", due.stuck, self._unstick),
            ("repeated", due.repeated, reapply.repeat_quietly),
        ):
            rows = DueRows(name, store.table, which, store.case_of, partial(self._spoken, deal))
            sweep.rows(replace(rows, key=_person, still=due.unchanged))
        return sweep

    async def _spoken(self, deal: Callable[[Case], Awaitable[None]], case: Case) -> None:
        """Why something could not be done is kept for the guild's log, in its language."""
        with spoken_in(self._ports.acts, case.guild_id):
            await deal(case)

    async def _recall(self) -> None:
        """Expect what a process before this one left under way: its echo may still come."""
        async with self._ports.database.reading() as reading:
            pending, over = await due.under_way(reading, self._ports.clock.now())
        for case in pending:
            self._transitions.expect(case)
        for case in over:
            if case.type in BANS:
                self._ports.echoes.expect(*case.person, "unbanned")

    async def _expire(self, case: Case) -> None:
        """Lift what has run out, and only then tell; where that fails the row stays, and says why.

        Its time may have been put off since it was claimed; a guild in which the bot is not now is
        looked at again when the lease is over.
        """
        me = self._ports.acts.own_standing(case.guild_id)
        if me is None or case.expires_at is None or case.expires_at > self._ports.clock.now():
            return
        act = "unbanned" if case.type in BANS else None
        try:
            async with self._ports.echoes.own(*case.person, act) as echo:
                await self._ended(case, me.account, echo if act else None)
        except ActRefused as error:
            await self._put_off(case, str(error), for_=REFUSED_FOR)
        except ActFailed as error:
            await self._put_off(case, str(error), for_=timedelta())

    async def _ended(self, case: Case, me: Account, echo: Echo | None) -> None:
        """Expired where it is over now; revoked where a ban of somebody else's has come since."""
        if case.type == "timeout" and await self._is_longer(case):
            return
        state = await self._lift(case, me.username)
        async with self._ports.database.transaction() as tx:
            if state is CaseState.EXPIRED:
                await self._transitions.expired(tx, case, me.user_id, echo)
            else:
                await self._transitions.revoked(tx, case, me.user_id, why=BANNED_SINCE)

    async def _is_longer(self, case: Case) -> bool:
        """Whether somebody made the timeout longer, untold so far; its case follows then."""
        member = await self._ports.acts.member(*case.person)
        now = self._ports.clock.now()
        if member is None or of_timeout(case, member, now).what != "changed":
            return False
        await self._comparison.compare(case)
        return True

    async def _lift(self, case: Case, by: str) -> CaseState:
        if case.type in BANS:
            try:
                is_own = await enforcement.is_own_ban(self._ports.acts, case)
            except Gone:
                return CaseState.EXPIRED
            if not is_own:
                return CaseState.REVOKED
        if case.type != "timeout":  # which ends by itself
            await enforcement.lift(self._ports.acts, case, by, "the time is over")
        return CaseState.EXPIRED

    async def _put_off(self, case: Case, reason: str, *, for_: timedelta) -> None:
        """Look again later, and say why: in the case, in its entry of the log, in the bot's log."""
        values: dict[str, object] = {"failure": reason[:500]}
        if for_:
            values["look_at"] = self._ports.clock.now() + for_
        async with self._ports.database.transaction() as tx:
            after = await store.change(tx, case, **values)
            if after is None or case.failure == after.failure:
                return
            await self._ports.posts.redraw(tx, LOG, case.id)
        _log.warning("case.not_ended", case=case.id, error=reason)

    async def _unstick(self, case: Case) -> None:
        """Make active or void, by what Discord shows, what a crash left pending."""
        if self._ports.acts.own_standing(case.guild_id) is None:
            return
        try:
            async with self._transitions.own(case) as echo:
                settled = await self._settled(case, echo)
        except ActUnknown as error:
            _log.warning("case.unsettled", case=case.id, error=str(error))
            return
        if settled is not None:
            await self._messages.pay(settled)

    async def _settled(self, case: Case, echo: Echo) -> Case | None:
        try:
            failure = await self._failure(case)
        except ActRefused as error:
            kept = await enforcement.undo(self._ports.acts, case)
            failure = "; ".join(filter(None, (str(error), kept)))
        if failure is not None:
            await self._transitions.void(case, failure, echo)
            return None
        # Whether a letter went before the act is not known; a second one would be worse than none.
        settings = await self._ports.settings.get(case.guild_id, CasesSettings)
        async with self._ports.database.transaction() as tx:
            return await self._transitions.done(tx, case, settings, echo=echo)

    async def _failure(self, case: Case) -> str | None:
        """Why nothing came of it; None where it is done.

        Only what nobody stands by to order again is carried out again.
        """
        acts, now = self._ports.acts, self._ports.clock.now()
        # Of a ban that stood before, Discord does not show whose it is now.
        tells = not (case.details.was_banned and case.type != "unban")
        if tells and await enforcement.was_done(acts, case, now):
            return None
        if case.expires_at is not None and case.expires_at <= now:
            return TOO_LATE
        if await enforcement.finishes(acts, case):
            return None
        if not case.repeats:
            return NOT_CARRIED_OUT
        why = await weaker(self._ports, case)
        if why is None:
            await enforcement.carry_out(acts, case)
        return why


def _person(case: Case) -> tuple[int, int]:
    return case.person
