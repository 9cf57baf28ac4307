"""Expiry of a case whose time is over: what it did is lifted, and only then is it told."""

from datetime import timedelta

from bot.acts import ActFailed, ActRefused, Gone
from bot.feature import Echo
from bot.features.cases import enforcement, store
from bot.features.cases.messages import LOG
from bot.features.cases.model import Case, CaseState
from bot.features.cases.ports import CasesPorts
from bot.features.cases.transitions import BANS, CaseTransitions
from bot.logs import get_logger
from bot.snapshots import Account

REFUSED_FOR = timedelta(minutes=15)

_log = get_logger("herald.cases")


class Expiry:
    """Looks before it lifts; where that fails the row stays, and says why."""

    def __init__(self, ports: CasesPorts, transitions: CaseTransitions) -> None:
        self._ports = ports
        self._transitions = transitions

    async def end(self, case: Case) -> None:
        """Lift what has run out; the caller holds the person's turn."""
        me = self._ports.acts.own_standing(case.guild_id)
        if me is None or not self._is_over(case):
            return  # not in that guild now: looked at again when the lease is over
        act = "unbanned" if case.type in BANS else None
        try:
            async with self._ports.echoes.own(*case.person, act) as echo:
                await self._ended(case, me.account, echo if act else None)
        except ActRefused as error:
            await self._put_off(case, str(error), for_=REFUSED_FOR)
        except ActFailed as error:
            await self._put_off(case, str(error), for_=timedelta())

    def _is_over(self, case: Case) -> bool:
        """Whether its time is; it may have been put off since it was claimed."""
        return case.expires_at is not None and case.expires_at <= self._ports.clock.now()

    async def _ended(self, case: Case, me: Account, echo: Echo | None) -> None:
        """Expired where it is over now; revoked where a ban of somebody else's has come since."""
        state = await self._lift(case, me.username)
        async with self._ports.database.transaction() as tx:
            if state is CaseState.EXPIRED:
                await self._transitions.expired(tx, case, me.user_id, echo)
            else:
                await self._transitions.revoked(tx, case, me.user_id)

    async def _lift(self, case: Case, by: str) -> CaseState:
        if case.type in BANS:
            try:
                is_own = await enforcement.is_own_ban(self._ports.acts, case)
            except Gone:
                return CaseState.EXPIRED
            if not is_own:
                return CaseState.REVOKED
        await enforcement.end(self._ports.acts, case, by)
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
