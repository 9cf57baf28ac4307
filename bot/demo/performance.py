"""Performance of the demo: step after step, told by the line, and judged at the end."""

import asyncio
from collections import Counter
from collections.abc import Awaitable

from bot.clock import ManualClock, from_ms
from bot.demo.chronicle import Chronicle
from bot.demo.queries import ShownDelivery, latest_deliveries
from bot.demo.stage import Stage
from bot.demo.terminal import Terminal
from bot.demo.verification import faults, tally, untold
from bot.outbox.tables import DeliveryState

AT_MOST = 1_000  # deliveries; a performance makes some dozens
TICK_SECONDS = 0.02
QUIET_TICKS = 15  # when nothing has changed for so long, only time can bring the next thing
STEP_SECONDS = 30.0  # of real time
PATIENCE_SECONDS = 120.0  # of the demo's time: a signature may be 300 s old
MARGIN_SECONDS = 0.01


class Performance:
    """Plays step after step, tells every attempt, and knows what must have arrived.

    A step is given up when nothing came of it for `patience` seconds of the demo's time.
    """

    def __init__(
        self,
        stage: Stage,
        *,
        clock: ManualClock,
        terminal: Terminal,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self.expected = Counter[str]()
        self.promised: list[str] = []  # words of which each must be in some event
        self._stage = stage
        self.clock = clock
        self._terminal = terminal
        self._patience = patience
        self._chronicle = Chronicle(stage.receiver, stage.signers)
        self._since = clock.now()
        self._skipped = 0.0
        self._seen = list[ShownDelivery]()

    async def step(self, title: str | None, act: Awaitable[object], *events: str) -> None:
        """Do one thing, then wait until all it owes is settled or nothing more can come of it."""
        if title is not None:
            self._terminal.say(f"\n{title}", style="bold")
        self._since, self._skipped = self.clock.now(), 0.0
        await act
        self.expected.update(events)
        try:
            async with asyncio.timeout(STEP_SECONDS):
                await self._until_settled()
        except TimeoutError:
            self._terminal.say(f"  nothing more came within {STEP_SECONDS:.0f} s", style="red")

    async def judge(self) -> int:
        """Say what is missing, then the last line; the exit code."""
        deliveries = await self._deliveries()
        found = faults(self._stage, deliveries, self.expected) + untold(deliveries, self.promised)
        self._terminal.say()
        for fault in found:
            self._terminal.say(f"missing: {fault}", style="red")
        style = "bold red" if found else "bold green"
        self._terminal.say(tally(self._stage, deliveries, len(found)), style=style)
        return 1 if found else 0

    async def _deliveries(self) -> list[ShownDelivery]:
        return await latest_deliveries(self._stage.app.emitter.database, AT_MOST)

    async def _until_settled(self) -> None:
        before: list[ShownDelivery] = []
        quiet = 0
        while not self._is_settled(now := await self._look()):
            quiet = quiet + 1 if now == before else 0
            before = now
            if quiet >= QUIET_TICKS:
                quiet = 0
                if not self._skip(now):
                    return
            await asyncio.sleep(TICK_SECONDS)  # answers come over real sockets, in real time

    async def _look(self) -> list[ShownDelivery]:
        """What stands in the database, after telling what is new of it."""
        self.clock.advance(0)  # it flows, yet wakes its sleepers only when it is moved
        deliveries = await self._deliveries()
        if deliveries == self._seen:
            return deliveries
        self._seen = deliveries
        await self._stage.signers.look()
        for line in self._chronicle.news(deliveries):
            if self._skipped:
                passed = (self.clock.now() - self._since).total_seconds()
                self._terminal.say(f"clock +{round(passed * 2) / 2:g} s", style="dim")
            self._since, self._skipped = self.clock.now(), 0.0
            self._terminal.tell(line)
        return deliveries

    def _is_settled(self, deliveries: list[ShownDelivery]) -> bool:
        stored = Counter(
            one.event_type for one in deliveries if self._stage.receiver.is_at(one.url)
        )
        return stored >= self.expected and not any(one.is_moving for one in deliveries)

    def _skip(self, deliveries: list[ShownDelivery]) -> bool:
        """Jump to what comes next; false where nothing does within reason."""
        if any(one.state is DeliveryState.DELIVERING for one in deliveries):
            return True  # an answer is awaited, in real time
        due = self._stage.app.emitter.claims.next_due()
        if due is None:
            self._skipped += self.clock.jump() or 0.0
        else:
            wait = max((from_ms(due) - self.clock.now()).total_seconds(), 0.0) + MARGIN_SECONDS
            if self._skipped + wait <= self._patience:
                self.clock.advance(wait)
            self._skipped += wait
        return self._skipped <= self._patience
