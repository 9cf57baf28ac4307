"""Waiting until PostgreSQL has rolled back what a test cut: a sweep passes over locked rows."""

import asyncio

from sqlalchemy import text

from bot.storage.database import Database
from tests.support.loops import turn
from tests.support.patience import PATIENCE

OPEN = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND xact_start IS NOT NULL"
)


async def released(database: Database) -> None:
    """Return when nobody else is inside a transaction."""
    if database.is_sqlite:
        return
    async with asyncio.timeout(PATIENCE):
        while True:
            async with database.transaction() as tx:
                if (await tx.execute(OPEN)).scalar_one() == 0:
                    return
            await turn()
