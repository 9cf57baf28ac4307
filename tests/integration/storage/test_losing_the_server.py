"""A connection that PostgreSQL ends in the middle of a group is waited out, and loses no event."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from bot.storage.database import Database, Hot
from bot.storage.group import Group
from bot.storage.outages import is_passing
from tests.support.scratch_table import committed, make_notes, write

END_ME = "SELECT pg_terminate_backend(pg_backend_pid())"


def _unused(_connection: object) -> int:
    raise AssertionError("this test is about PostgreSQL")


async def _cut(connection: Any) -> int:
    await connection.execute(END_ME)
    raise AssertionError("the server did not end the connection")


async def _whole(connection: Any) -> int:
    return int(await connection.fetchval("SELECT 7"))


async def _backend(connection: Any) -> int:
    return int(await connection.fetchval("SELECT pg_backend_pid()"))


async def _end(connection: Any, backend: int) -> None:
    """Return once that backend is gone; at most 10 s later."""
    assert await connection.fetchval("SELECT pg_terminate_backend($1, 10000)", backend)


def _unused_with(_connection: object, backend: int) -> None:
    raise AssertionError(f"this test is about PostgreSQL, and {backend} is one of its")


BACKEND, END = Hot(_unused, _backend), Hot(_unused_with, _end)
CUT, WHOLE = Hot(_unused, _cut), Hot(_unused, _whole)


async def test_a_connection_lost_in_a_hot_operation_is_passing(postgres_url: str) -> None:
    database = Database(postgres_url)
    await database.open()

    with pytest.raises(Exception, match="closed") as caught:
        await database.hot(CUT)

    assert is_passing(caught.value)
    await database.close()


async def test_an_item_outlives_the_connection_it_was_to_be_written_on(postgres_url: str) -> None:
    database = Database(postgres_url)
    await database.open()
    ways = iter((CUT, WHOLE))

    async def handle(items: Sequence[int]) -> Sequence[int]:
        return [await database.hot(next(ways))] * len(items)

    group: Group[int, int] = Group(handle)
    group.start()
    assert await group.submit(1) == 7
    await group.stop()
    await database.close()


async def test_a_connection_lost_before_the_commit_is_passing(postgres_url: str) -> None:
    """The commit itself finds out; what it says must not be taken for a bug of the caller's."""
    database, beside = Database(postgres_url), Database(postgres_url)
    await database.open()
    await beside.open()
    await make_notes(database)

    async def work() -> None:
        async with database.transaction() as tx:
            await write(tx, "gone")
            await beside.hot(END, await tx.hot(BACKEND))

    with pytest.raises(DBAPIError) as caught:
        await work()
    assert is_passing(caught.value)
    async with database.transaction() as tx:
        await write(tx, "kept")
    assert await committed(beside) == ["kept"]
    await beside.close()
    await database.close()
