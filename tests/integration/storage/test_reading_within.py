"""Readings of a task that is in a transaction: they need no connection of their own."""

import asyncio

import pytest

from bot.storage.changes import Cache
from bot.storage.database import Database
from tests.support.loops import turn
from tests.support.patience import PATIENCE
from tests.support.scratch_table import committed, make_notes, texts, write


class Deliberate(Exception):
    """What a test raises in the middle of a transaction."""


async def test_a_reading_in_a_transaction_is_that_transaction(database: Database) -> None:
    await make_notes(database)
    seen = Cache[list[str]](database.changes, "notes")

    async def read() -> list[str]:
        async with database.reading() as reading:
            return await texts(reading)

    async def fail() -> None:
        async with database.transaction() as tx:
            await write(tx, "one")
            assert await seen.get("all", read) == ["one"]
            raise Deliberate

    with pytest.raises(Deliberate):
        await fail()
    assert await seen.get("all", read) == []


async def test_those_who_read_in_transactions_wait_for_no_second_connection(
    database: Database,
) -> None:
    """With more transactions than connections at once none of them would ever go on."""
    await make_notes(database)

    async def write_and_read(note: str) -> None:
        async with database.transaction() as tx:
            await write(tx, note)
            await turn()
            async with database.reading() as reading:
                assert note in await texts(reading)

    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(write_and_read(str(number)) for number in range(60)))
    assert len(await committed(database)) == 60


async def test_a_transaction_in_a_transaction_is_refused(database: Database) -> None:
    await make_notes(database)
    async with database.transaction() as tx:
        with pytest.raises(RuntimeError, match="in a transaction already"):
            async with database.transaction():
                pass
        await write(tx, "one")
    assert await committed(database) == ["one"]
