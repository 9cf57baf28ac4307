"""Requests in flight, and the endpoints that have left one unanswered for too long."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.outbox.rows import LeasedDelivery

PATIENCE = 1.0
SWEEP = 0.25


@dataclass(slots=True)
class _Flight:
    due: LeasedDelivery
    began: float


class InFlight:
    """Requests take real time, whatever clock the rest goes by: this one is the loop's own.

    `on_silent` is told the delivery of every request that is over `PATIENCE` seconds old, at every
    sweep.
    """

    def __init__(self, on_silent: Callable[[LeasedDelivery], None]) -> None:
        self._on_silent = on_silent
        self._flights: dict[asyncio.Task[None], _Flight] = {}  # the oldest first
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._flights)

    def __iter__(self) -> Iterator[LeasedDelivery]:
        return (flight.due for flight in self._flights.values())

    def begin(self, task: asyncio.Task[None], due: LeasedDelivery) -> None:
        """A request is made by `task`."""
        loop = asyncio.get_running_loop()
        self._flights[task] = _Flight(due, loop.time())
        if self._timer is None:
            self._timer = loop.call_later(PATIENCE, self._sweep, loop)

    def end(self, task: asyncio.Task[None]) -> LeasedDelivery:
        """It has ended; what it carried."""
        due = self._flights.pop(task).due
        if not self._flights:
            self._stop_sweeping()
        return due

    async def any_end(self) -> None:
        """Return when one has ended."""
        await asyncio.wait(self._flights, return_when=asyncio.FIRST_COMPLETED)

    async def finish(self, seconds: float) -> int:
        """Let them end within so many seconds, then cut them off; how many were cut off."""
        late: set[asyncio.Task[None]] = set()
        if self._flights:
            _, late = await asyncio.wait(self._flights, timeout=seconds)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)
        self._stop_sweeping()
        return len(late)

    def _stop_sweeping(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        before = loop.time() - PATIENCE
        for flight in self._flights.values():
            if flight.began > before:
                break
            self._on_silent(flight.due)
        self._timer = loop.call_later(SWEEP, self._sweep, loop)
