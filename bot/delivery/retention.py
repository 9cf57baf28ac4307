"""Retention: everything too old is let go of, hourly, in small steps."""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from datetime import datetime

from bot.clock import Clock
from bot.delivery.leases import tell
from bot.logs import get_logger
from bot.outbox.retention import Prunes
from bot.storage.background import BackgroundTask

FIRST = 60.0  # seconds after the start, which has other things to do
EVERY = 3_600.0
BREATH = 0.005

_log = get_logger("herald.retention")


class Retention:
    """Sweeps one after the other, by names that the log knows.

    Several processes may sweep one database at once: each takes what no other holds. What fails,
    or is left by a stop, is met again by the next sweep.
    """

    def __init__(self, prunes: Mapping[str, Prunes], clock: Clock) -> None:
        self._prunes = prunes
        self._clock = clock
        self._clock_set = asyncio.Event()
        self._task = BackgroundTask("retention", self._run)
        self.stop = self._task.stop  # between two steps; what was not reached yet stays

    def start(self) -> None:
        """Sweep from now on."""
        self._clock.on_set(lambda _: self._clock_set.set())
        self._task.start()

    async def sweep(self, now: datetime) -> None:
        """Let everything go that is too old now."""
        for name, one in self._prunes.items():
            try:
                await self._prune(name, one, now)
            except Exception as error:  # noqa: BLE001  the others, and the next sweep, go on
                tell(error, "retention.failed")

    async def _run(self) -> None:
        pause = FIRST
        while True:
            # Whoever sets a clock wrong may yet put it right, and what has gone is gone.
            self._clock_set.clear()
            was_set = await self._clock.wait(self._clock_set, pause)
            pause, now = EVERY, self._clock.now()
            if not was_set and not self._clock_set.is_set():
                await self.sweep(now)

    async def _prune(self, name: str, one: Prunes, now: datetime) -> None:
        rows = 0
        try:
            async with aclosing(one.prune(now)) as steps:
                async for gone in steps:
                    rows += gone
                    await asyncio.sleep(BREATH)  # real time: the one writer is for everybody
        finally:
            if rows:
                _log.info("retention.let_go", what=name, rows=rows)
