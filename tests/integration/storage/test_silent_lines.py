"""A connection to PostgreSQL that goes silent: each wait for it ends, and new ones are used."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable

import pytest

from bot.storage.commits import DatabaseTimes
from bot.storage.database import Database
from bot.storage.outages import is_passing
from tests.integration.storage.test_transactions import INSERT_NOTE
from tests.support.lossy_line import LossyLine, lossy_line
from tests.support.patience import PATIENCE
from tests.support.scratch_table import committed, make_notes, texts, write

SHORT = DatabaseTimes(statement=0.3, ping=0.3, lend=5, close=0.3)
Work = Callable[[Database, LossyLine], Awaitable[object]]


@pytest.fixture
async def through(postgres_url: str) -> AsyncGenerator[tuple[LossyLine, Database]]:
    """A database with notes, and the line to it."""
    async with lossy_line(postgres_url) as (line, url):
        database = Database(url, times=SHORT)
        await database.open()
        await make_notes(database)
        yield line, database
        async with asyncio.timeout(PATIENCE):
            await database.close()


async def _in_a_transaction(database: Database, line: LossyLine) -> None:
    async with database.transaction() as tx:
        await write(tx, "lost")
        line.fall_silent()
        await write(tx, "never")


async def _in_a_hot_operation(database: Database, line: LossyLine) -> None:
    async with database.transaction() as tx:
        await write(tx, "lost")
        line.fall_silent()
        await tx.hot(INSERT_NOTE, "never")


async def _in_a_reading(database: Database, line: LossyLine) -> None:
    async with database.reading() as reading:
        await texts(reading)
        line.fall_silent()
        await texts(reading)


@pytest.mark.parametrize("work", [_in_a_transaction, _in_a_hot_operation, _in_a_reading])
@pytest.mark.thorough("each waits for a deadline", but="_in_a_transaction")
async def test_under_way(through: tuple[LossyLine, Database], work: Work) -> None:
    line, database = through
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(TimeoutError) as caught:
            await work(database, line)
        assert is_passing(caught.value)
        await database.hot(INSERT_NOTE, "afterwards")
        assert await committed(database) == ["afterwards"]


@pytest.mark.thorough("waits for a deadline")
async def test_while_nobody_used_it(through: tuple[LossyLine, Database]) -> None:
    """Nobody is told of it: another connection is lent."""
    line, database = through
    line.fall_silent()
    async with asyncio.timeout(PATIENCE):
        await database.hot(INSERT_NOTE, "one")
        async with database.transaction() as tx:
            await write(tx, "two")
        assert await committed(database) == ["one", "two"]


async def test_it_closes_though_the_line_is_silent(through: tuple[LossyLine, Database]) -> None:
    line, database = through
    line.fall_silent()
    async with asyncio.timeout(PATIENCE):
        await database.close()
