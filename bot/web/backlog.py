"""Backlog for scrapes: counting it reads indexes, so it is read at most once in 15 s."""

import asyncio
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.logs import get_logger
from bot.outbox.backlog import Backlog, read_backlog
from bot.storage.database import Database

FRESH = timedelta(seconds=15)
PATIENCE = 5.0

_log = get_logger("herald.web")


class KeptBacklog:
    """`read` gives the last one where it is young; None where the database did not answer."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._turn = asyncio.Lock()
        self._read_at: datetime | None = None
        self._kept: Backlog | None = None

    async def read(self) -> Backlog | None:
        async with self._turn:
            now = self._clock.now()
            if self._read_at is None or not timedelta() <= now - self._read_at < FRESH:
                self._kept = await self._look(now)
                self._read_at = now
            return self._kept

    async def _look(self, now: datetime) -> Backlog | None:
        try:
            async with asyncio.timeout(PATIENCE), self._database.reading() as reading:
                return await read_backlog(reading, now)
        except Exception as error:  # noqa: BLE001  a scrape tells the rest, and that this is missing
            _log.warning("metrics.backlog_unread", error=repr(error))
            return None
