"""Retention of nukes: each goes half a year after the last act of it."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

from bot.features.nukes import store
from bot.storage.database import Database

KEPT = timedelta(days=180)
TOGETHER = 50  # in one transaction


class OldNukes:
    """Incidents that ended long ago, with what was put back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        """Some at a time."""
        gone = TOGETHER
        while gone == TOGETHER:
            async with self._database.transaction() as tx:
                nuke_ids = await store.old(tx, now - KEPT, TOGETHER)
                await store.remove(tx, nuke_ids)
            gone = len(nuke_ids)
            yield gone
