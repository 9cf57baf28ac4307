"""A COMMIT whose answer is lost: the server is asked, and memory goes by what it says."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from bot.storage.commits import DatabaseTimes
from bot.storage.database import Database, Hot
from bot.storage.group import Group
from bot.storage.outages import is_passing
from tests.integration.storage.test_transactions import INSERT_NOTE
from tests.support.failing_server import failing_server
from tests.support.lossy_line import LossyLine, lossy_line
from tests.support.patience import PATIENCE
from tests.support.scratch_table import committed, make_notes, write
from tests.support.watched import Watched

SHORT = DatabaseTimes(statement=0.5, ping=0.5, close=0.5, doubt=20)


@pytest.fixture
async def through(postgres_url: str) -> AsyncGenerator[tuple[LossyLine, Database]]:
    """A database with notes, reached by a line that fails when it is told to."""
    async with lossy_line(postgres_url) as (line, url):
        database = Database(url, times=SHORT)
        await database.open()
        await make_notes(database)
        yield line, database
        await database.close()


async def noted(database: Database, line: LossyLine, told: list[str], *, swallow: bool) -> None:
    async with database.transaction() as tx:
        tx.on_commit(lambda: told.append("told"))
        await write(tx, "one")
        if swallow:
            line.swallow_commit()
        else:
            line.lose_answer()


async def test_what_came_about_is_told_to_whoever_waited_for_it(
    through: tuple[LossyLine, Database],
) -> None:
    line, database = through
    told: list[str] = []
    await noted(database, line, told, swallow=False)
    assert told == ["told"]
    assert await committed(database) == ["one"]


@pytest.mark.thorough("waits for a deadline")
async def test_what_never_came_to_the_server_fails_and_holds_nothing(
    through: tuple[LossyLine, Database],
) -> None:
    """The server would wait for it for ever; it is told that nothing more comes."""
    line, database = through
    told: list[str] = []
    feed = Watched(database, "pond")
    with pytest.raises(TimeoutError):
        await noted(database, line, told, swallow=True)
    assert told == []
    assert feed.told == []  # known to be undone, nothing has to be read anew
    assert await committed(database) == []
    async with asyncio.timeout(PATIENCE):
        await make_alone(database)


async def make_alone(database: Database) -> None:
    """Take the table for oneself, for which nobody may be inside a transaction that wrote to it."""
    async with database.transaction() as tx:
        await tx.run_sync(lambda sync: sync.exec_driver_sql("LOCK TABLE note"))


async def test_a_hot_operation_that_came_about_is_done_once(
    through: tuple[LossyLine, Database],
) -> None:
    line, database = through

    async def save(items: list[str] | Any) -> list[None]:
        for item in items:
            await database.hot(INSERT_NOTE, item)
        return [None] * len(items)

    group: Group[str, None] = Group(save, limit=1)
    group.start()
    line.lose_answer()
    await group.submit("one")
    line.swallow_commit()
    await group.submit("two")
    await group.stop()
    assert await committed(database) == ["one", "two"]


async def test_what_a_hot_operation_began_is_known_again_as_a_whole(
    through: tuple[LossyLine, Database],
) -> None:
    """The mark comes with the operation, before the rest is written, and holds for all of it."""
    line, database = through
    told: list[str] = []

    async def noted_twice(text: str) -> None:
        async with database.transaction() as tx:
            tx.on_commit(lambda: told.append(text))
            await tx.hot(INSERT_NOTE, text)
            await write(tx, f"{text} more")
            await tx.hot(INSERT_NOTE, f"{text} most")

    line.lose_answer()
    await noted_twice("one")
    line.swallow_commit()
    with pytest.raises(TimeoutError):
        await noted_twice("two")

    assert told == ["one"]
    assert sorted(await committed(database)) == ["one", "one more", "one most"]


def _unused(_connection: object) -> None:
    raise AssertionError("this test is about PostgreSQL")


async def _broken_at_the_end(connection: Any) -> None:
    await connection.execute("CREATE TEMP TABLE pond (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
    await connection.execute("INSERT INTO pond VALUES (1), (1)")


async def test_what_the_server_refuses_at_the_end_is_not_in_doubt(
    through: tuple[LossyLine, Database],
) -> None:
    _line, database = through
    with pytest.raises(Exception, match="duplicate key"):
        await database.hot(Hot(_unused, _broken_at_the_end))
    async with database.transaction() as tx:
        await write(tx, "afterwards")
    assert await committed(database) == ["afterwards"]


@pytest.mark.thorough("a server started again")
async def test_a_server_that_comes_back_later_is_asked_then() -> None:
    with failing_server() as server:
        there = server.databases.url(await server.databases.create())
        async with lossy_line(there) as (line, url):
            database = Database(url, times=SHORT)
            await database.open()
            await make_notes(database)
            told: list[str] = []

            async def blow() -> None:
                async with database.transaction() as tx:
                    tx.on_commit(lambda: told.append("told"))
                    await write(tx, "one")
                    line.swallow_commit()

            failing = asyncio.create_task(blow())
            await line.swallowed.wait()
            await asyncio.to_thread(server.stop, "immediate")
            await asyncio.to_thread(server.start)
            with pytest.raises((OSError, DBAPIError)) as caught:
                await failing
            assert is_passing(caught.value)
            assert told == []
            assert await committed(database) == []
            await database.close()
