"""Retention of calls: what was answered is remembered for a day, then it goes."""

from collections.abc import AsyncGenerator
from datetime import datetime

from bot.features.incoming import call_store
from bot.features.incoming.model import REMEMBERED
from bot.storage.database import Database

TOGETHER = 250  # in one transaction


class OldCalls:
    """Calls that are done and older than a day."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        """Some at a time, until none is left."""
        gone = TOGETHER
        while gone == TOGETHER:
            async with self._database.transaction() as tx:
                gone = await call_store.remove_old(tx, now - REMEMBERED, TOGETHER)
            yield gone
