"""A connection that PostgreSQL ends in the middle of a group is waited out, and loses no event."""

from collections.abc import Sequence
from typing import Any

import pytest

from bot.storage.database import Database, Hot
from bot.storage.engine import is_passing
from bot.storage.group import Group

END_ME = "SELECT pg_terminate_backend(pg_backend_pid())"


def _unused(_connection: object) -> int:
    raise AssertionError("this test is about PostgreSQL")


async def _cut(connection: Any) -> int:
    await connection.execute(END_ME)
    raise AssertionError("the server did not end the connection")


async def _whole(connection: Any) -> int:
    return int(await connection.fetchval("SELECT 7"))


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
