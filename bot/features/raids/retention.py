"""Retention of raids: each goes half a year after its end; what its cases say stays."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

from bot.features.raids import store
from bot.storage.database import Database

KEPT = timedelta(days=180)
TOGETHER = 20  # in one transaction: each has its people


class OldRaids:
    """Raids that ended long ago."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        """Some at a time."""
        gone = TOGETHER
        while gone == TOGETHER:
            async with self._database.transaction() as tx:
                raid_ids = await store.old(tx, now - KEPT, TOGETHER)
                await store.remove(tx, raid_ids)
            gone = len(raid_ids)
            yield gone
