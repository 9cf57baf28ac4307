"""What a change feed tells in this process, to be waited for."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from sqlalchemy import text

from bot.outbox.endpoint_index import EndpointIndex
from bot.storage.database import Database
from tests.support.patience import PATIENCE
from tests.support.postgres import PostgresServer


class Watched:
    """Every call for one topic, in order; None is all of it."""

    def __init__(self, database: Database, topic: str) -> None:
        self.told: list[str | None] = []
        self._called = asyncio.Event()
        database.changes.watch(topic, self._note)

    def _note(self, key: str | None) -> None:
        self.told.append(key)
        self._called.set()

    async def until(self, true: Callable[[], bool]) -> None:
        """Return when that is so; looked at after every call."""
        async with asyncio.timeout(PATIENCE):
            while not true():
                self._called.clear()
                await self._called.wait()

    async def has(self, count: int) -> list[str | None]:
        """So many calls."""
        await self.until(lambda: len(self.told) >= count)
        return self.told


async def until_index(index: EndpointIndex, true: Callable[[], bool]) -> None:
    """Return when that is so; looked at after every change of the index."""
    changed = asyncio.Event()
    index.watch(lambda _endpoint: changed.set())
    index.watch_drops(lambda _endpoint_id: changed.set())
    async with asyncio.timeout(PATIENCE):
        while not true():
            changed.clear()
            await changed.wait()


@asynccontextmanager
async def beside(url: str) -> AsyncGenerator[Database]:
    """The same database as another process has it."""
    database = Database(url)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


async def listening(database: Database) -> None:
    """Start it, and return when it hears the other processes."""
    begun = Watched(database, "a topic of nobody's")
    await database.start()
    if not database.is_sqlite:
        await begun.has(1)


END = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND query LIKE 'LISTEN%'
"""


@asynccontextmanager
async def end_listener(postgres: PostgresServer, database: Database) -> AsyncGenerator[None]:
    """End everybody's connection that listens; none comes back before the end of the block."""
    async with database.transaction() as tx:
        name = (await tx.execute(text("SELECT current_database()"))).scalar_one()
        await postgres.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        assert (await tx.execute(text(END))).scalars().all() == [True]
    yield
    await postgres.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
