"""Retention of rounds: those that ended long ago go, and can be verified no longer."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

from bot.features.casino import store
from bot.storage.database import Database

KEPT_FOR = timedelta(days=90)
TOGETHER = 500  # rounds in one transaction


class OldRounds:
    """Rounds whose players have had time enough to verify them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        """Some at a time, until none is left."""
        gone = TOGETHER
        while gone == TOGETHER:
            async with self._database.transaction() as tx:
                gone = await store.forget(tx, now - KEPT_FOR, TOGETHER)
            yield gone
