"""Clock, the only source of "now", so that a day of schedule takes a test no time at all."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from bot.logs import get_logger

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DISCORD_EPOCH_MS = 1_420_070_400_000
MICROSECONDS = 1_000_000
JUMP = 60.0  # seconds; smaller corrections of the time of day are no news

OnSet = Callable[[float], None]
"""Told the seconds by which the time of day was set forward, or back where negative."""

_log = get_logger("herald.clock")


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970 UTC; the form in which times are stored."""
    since = moment - EPOCH  # refuses a naive moment
    return since.days * 86_400_000 + since.seconds * 1_000 + since.microseconds // 1_000


def from_ms(milliseconds: int) -> datetime:
    """The inverse of `to_ms`, aware and in UTC."""
    return EPOCH + timedelta(milliseconds=milliseconds)


def from_snowflake(snowflake: int) -> datetime:
    """When what has this id was made (source: Discord's reference, "Snowflakes")."""
    return from_ms((snowflake >> 22) + DISCORD_EPOCH_MS)


def to_snowflake(moment: datetime) -> int:
    """The least id of what is made then."""
    return max(to_ms(moment) - DISCORD_EPOCH_MS, 0) << 22


class Clock(Protocol):
    """Wall time for what is stored and shown, waits that no clock change disturbs."""

    def now(self) -> datetime:
        """The current moment, aware, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait that long; a past moment returns after one turn of the loop."""
        ...

    async def wait(self, event: asyncio.Event, timeout: float | None) -> bool:
        """Wait for `event` at most `timeout` seconds; true when it was set."""
        ...

    def on_set(self, callback: OnSet) -> None:
        """Be told when the time of day was set by over a minute, with the next look at it."""
        ...


class Steadiness:
    """Difference between time that passed and a time of day that was set, or slept through."""

    def __init__(self) -> None:
        self._difference: float | None = None
        self._callbacks: list[OnSet] = []

    def on_set(self, callback: OnSet) -> None:
        """Call back with the seconds of every jump."""
        self._callbacks.append(callback)

    def compare(self, wall: float, steady: float) -> None:
        """Note both clocks at one moment, in seconds; a jump is logged and told."""
        before, self._difference = self._difference, wall - steady
        if before is not None and abs(self._difference - before) > JUMP:
            self._tell(self._difference - before)

    def _tell(self, seconds: float) -> None:
        _log.warning("clock.set", seconds=round(seconds, 3))
        for callback in self._callbacks:
            callback(seconds)


class SystemClock(Steadiness):
    """The machine's own clock; waits are monotonic."""

    def now(self) -> datetime:
        wall = time.time()
        difference = wall - time.perf_counter()  # never set, as monotonic() is not
        before, self._difference = self._difference, difference
        if before is not None and not -JUMP <= difference - before <= JUMP:
            self._tell(difference - before)
        return datetime.fromtimestamp(wall, UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(seconds, 0))  # whose clock this is: the real one

    async def wait(self, event: asyncio.Event, timeout: float | None) -> bool:
        try:
            async with asyncio.timeout(None if timeout is None else max(timeout, 0)):
                return await event.wait()
        except TimeoutError:
            return event.is_set()


class ManualClock(Steadiness):
    """A clock that stands still until it is moved: for tests and for the played demo.

    The time of day runs on from `start` by real microseconds only where `flowing` is set, so
    that latencies stay honest in a demo whose schedules jump.
    """

    def __init__(self, start: datetime | None = None, *, flowing: bool = False) -> None:
        super().__init__()
        self._start = start or datetime.now(UTC)
        self._offset = 0  # microseconds: a sum of small steps meets its moment exactly
        self._birth = time.perf_counter() if flowing else None
        self._sleepers: list[tuple[int, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self._set_by = 0.0  # seconds

    def now(self) -> datetime:
        elapsed = self._elapsed()
        steady = elapsed / MICROSECONDS
        self.compare(steady + self._set_by, steady)
        return self._start + timedelta(microseconds=elapsed, seconds=self._set_by)

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)  # others get their turn, as by the real clock
            return
        await self._sleeper(seconds)

    async def wait(self, event: asyncio.Event, timeout: float | None) -> bool:
        if timeout is None or event.is_set():
            return await event.wait()
        waiter = asyncio.ensure_future(event.wait())
        sleeper = self._sleeper(timeout)
        try:
            await asyncio.wait((waiter, sleeper), return_when=asyncio.FIRST_COMPLETED)
            return event.is_set()
        finally:
            waiter.cancel()
            sleeper.cancel()

    def advance(self, seconds: float) -> None:
        """Move on by `seconds`, waking every sleeper that comes due on the way."""
        self._offset += round(seconds * MICROSECONDS)
        while self._sleepers and self._sleepers[0][0] <= self._elapsed():
            sleeper = heapq.heappop(self._sleepers)[2]
            if not sleeper.done():
                sleeper.set_result(None)

    def set_by(self, seconds: float) -> None:
        """Set the time of day forward or back, as a person does; no sleeper wakes for it."""
        self._set_by += seconds

    def jump(self) -> float | None:
        """Move to the next due moment and return the seconds skipped, or None when nobody waits."""
        due = self.next_due()
        if due is None:
            return None
        skipped = max(due - self._elapsed() / MICROSECONDS, 0.0)
        self.advance(skipped)
        return skipped

    def next_due(self) -> float | None:
        """The earliest sleeper's moment, in seconds since this clock began."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] / MICROSECONDS if self._sleepers else None

    def _elapsed(self) -> int:
        flowed = 0.0 if self._birth is None else time.perf_counter() - self._birth
        return self._offset + int(flowed * MICROSECONDS)

    def _sleeper(self, seconds: float) -> asyncio.Future[None]:
        future = asyncio.get_running_loop().create_future()
        moment = self._elapsed() + round(max(seconds, 0) * MICROSECONDS)
        heapq.heappush(self._sleepers, (moment, next(self._order), future))
        return future
