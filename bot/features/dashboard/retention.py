"""Retention of the dashboard: links and sessions whose time is over go."""

from collections.abc import AsyncGenerator
from datetime import datetime

from bot.features.dashboard import store
from bot.storage.database import Database

TOGETHER = 200  # of each in one transaction


class OldSessions:
    """Links and sessions that open nothing any more."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        """Some at a time."""
        gone = TOGETHER
        while gone == TOGETHER:
            async with self._database.transaction() as tx:
                gone = await store.prune(tx, now, TOGETHER)
            yield gone
