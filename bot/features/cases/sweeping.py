"""What time brings about: ends that are due, acts that a crash cut, letters still owed."""

from collections.abc import Awaitable, Callable
from functools import partial

from bot.features.cases import store
from bot.features.cases.claims import Claims
from bot.features.cases.expiry import Expiry
from bot.features.cases.model import Case
from bot.features.cases.paying import Paying
from bot.features.cases.ports import Tools
from bot.features.cases.reapply import Reapply
from bot.features.cases.recovery import Recovery
from bot.features.cases.striking import Striking
from bot.features.cases.transitions import BANS, CaseTransitions
from bot.logs import get_logger
from bot.storage.sweep import Recurring, each

Deal = Callable[[Case], Awaitable[object]]

_log = get_logger("herald.cases")


class Sweeps:
    """The rows are the schedule: what is due is found in them, also after any time away."""

    def __init__(
        self, tools: Tools, settling: CaseTransitions, *, paying: Paying, again: Reapply
    ) -> None:
        self._tools = tools
        self._settling = settling
        self._striking = Striking(tools)
        claims, unsticking = Claims(), Recovery(tools, settling, paying=paying)
        self._kinds = (
            (claims.ended, Expiry(tools, settling, paying=paying).end),
            (claims.stuck, unsticking.unstick),
            (claims.again, again.repeat_quietly),
            (claims.owed, paying.pay),
        )
        self._recurring = Recurring("cases", tools.clock, first=self.recall, work=self._sweep)

    def start(self) -> None:
        """Look now, and every 15 seconds."""
        self._recurring.start()

    async def stop(self) -> None:
        await self._recurring.stop()

    async def recall(self) -> None:
        """Tell members what a process before this one left under way: its echo may still come."""
        async with self._tools.database.reading() as reading:
            pending, due = await store.under_way(reading, self._tools.clock.now())
        for case in pending:
            self._settling.expect(case)
        for case in due:
            if case.type in BANS:
                self._tools.members.expect(case.guild_id, case.user_id, "unbanned")

    async def sweep(self) -> None:
        """Everything that is due, 25 at a time until nothing is."""
        for take, deal in self._kinds:
            in_turn = partial(self._in_turn, deal)
            await each(self._tools.database, self._tools.clock, take, in_turn)
        await self._striking.sweep()

    async def _sweep(self) -> None:
        if self._tools.acts.is_connected:
            await self.sweep()

    async def _in_turn(self, deal: Deal, case: Case) -> None:
        """Deal with it, unless somebody is at it now; then the next lease is soon enough."""
        key = (case.guild_id, case.user_id)
        if self._tools.turns.taken(key):
            return
        try:
            async with self._tools.turns.hold(key):
                async with self._tools.database.reading() as reading:
                    now = await store.by_id(reading, case.guild_id, case.id)
                if now is not None and now.state is case.state:
                    await deal(now)
        except Exception as error:  # noqa: BLE001 - one case's trouble is not the next one's
            _log.error("case.not_swept", case=case.id, exc_info=error)
