"""A case whose time is over: what it did is lifted, and only then is it told."""

from datetime import timedelta

from bot.acts import ActFailed, ActRefused, Acts, Gone
from bot.features.cases import enforcement, store
from bot.features.cases.model import Case, CaseState
from bot.features.cases.paying import Paying
from bot.features.cases.ports import Tools
from bot.features.cases.transitions import BANS, CaseTransitions
from bot.logs import get_logger

REFUSED_FOR = timedelta(minutes=15)

_log = get_logger("herald.cases")


class Expiry:
    """Looks before it lifts; where that fails the row stays, and says why."""

    def __init__(self, tools: Tools, settling: CaseTransitions, *, paying: Paying) -> None:
        self._tools = tools
        self._settling = settling
        self._paying = paying

    async def end(self, case: Case) -> None:
        """Lift what has run out; the caller holds the person's turn."""
        acts = self._tools.acts
        me = acts.own_standing(case.guild_id)
        if me is None or not self._is_over(case):
            return  # not in that guild now: looked at again when the lease is over
        is_ban = case.type in BANS
        if is_ban:
            await self._tools.members.catch_up(case.guild_id, case.user_id)
            self._tools.members.expect(case.guild_id, case.user_id, "unbanned")
        try:
            state = await self._lift(acts, case, me.account.username)
        except ActRefused as error:
            if is_ban:
                await self._tools.members.forget(case.guild_id, case.user_id, "unbanned")
            await self._put_off(case, str(error), for_=REFUSED_FOR)
            return
        except ActFailed as error:
            await self._put_off(case, str(error), for_=timedelta())
            return
        async with self._tools.database.transaction() as tx:
            settle = (
                self._settling.expired if state is CaseState.EXPIRED else self._settling.revoked
            )
            after = await settle(tx, case, me.account.user_id)
        if is_ban and (after is None or state is CaseState.REVOKED):
            await self._tools.members.forget(case.guild_id, case.user_id, "unbanned")
        if after is not None:
            await self._paying.pay(after)

    def _is_over(self, case: Case) -> bool:
        """Whether its time is; it may have been put off since it was claimed."""
        return case.expires_at is not None and case.expires_at <= self._tools.clock.now()

    async def _lift(self, acts: Acts, case: Case, by: str) -> CaseState:
        """Expired where it is over now; revoked where a ban of somebody else's has come since."""
        if case.type in BANS:
            try:
                is_own = await enforcement.is_own_ban(acts, case)
            except Gone:
                return CaseState.EXPIRED
            if not is_own:
                return CaseState.REVOKED
        await enforcement.end(acts, case, by)
        return CaseState.EXPIRED

    async def _put_off(self, case: Case, reason: str, *, for_: timedelta) -> None:
        """Look again later, and say why: in the case, in its line of the log, in the bot's log."""
        values: dict[str, object] = {"failure": reason[:500]}
        if for_:
            values["look_at"] = self._tools.clock.now() + for_
        async with self._tools.database.transaction() as tx:
            after = await store.change(tx, case, **values)
        if after is not None and case.failure != after.failure:
            _log.warning("case.not_ended", case=case.id, error=reason)
            await self._paying.owe_line(after)
