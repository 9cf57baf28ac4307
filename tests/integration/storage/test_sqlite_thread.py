"""Visits to the writer's thread: one for a statement, and none is left behind under way."""

import asyncio
import logging
import sqlite3
import threading

import pytest
from sqlalchemy import text

from bot.storage.database import Database, Hot
from bot.storage.engine import driver_connection
from bot.storage.sqlite_thread import one_hop
from tests.support.loops import turn
from tests.support.patience import PATIENCE
from tests.support.scratch_table import committed, make_notes


async def nothing(_connection: object) -> None:
    raise AssertionError("this is about SQLite")


@pytest.mark.parametrize(
    "statement",
    ["SELECT 1 AS number UNION SELECT 2", "INSERT INTO note (text) VALUES ('a') RETURNING text"],
)
async def test_a_statement_takes_one_visit(
    sqlite_url: str, statement: str, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database(sqlite_url)
    await database.open()
    await make_notes(database)
    async with database.transaction() as tx:
        await tx.execute(text("SELECT 1"))  # BEGIN was said
        with caplog.at_level(logging.DEBUG, logger="aiosqlite"):
            rows = (await tx.execute(text(statement))).all()
    await database.close()

    assert rows
    visits = [entry for entry in caplog.messages if entry.startswith("executing")]
    assert len(visits) == 1


async def test_what_a_statement_tells_of_itself(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await database.open()
    await make_notes(database)
    async with database.transaction() as tx:
        for number in range(3):
            await tx.execute(text("INSERT INTO note (text) VALUES (:text)"), {"text": str(number)})
        many = [{"text": "many"}, {"text": "more"}]
        await tx.execute(text("INSERT INTO note (text) VALUES (:text)"), many)
        changed = await tx.execute(text("UPDATE note SET text = 'x' WHERE text IN ('0', '1')"))
        rows = await tx.execute(text("SELECT text FROM note ORDER BY text"))

        assert changed.rowcount == 2
        assert list(rows.keys()) == ["text"]
        assert [row.text for row in rows] == ["2", "many", "more", "x", "x"]
    await database.close()


async def test_a_cancelled_operation_is_waited_for(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await database.open()
    await make_notes(database)
    inside, go_on = threading.Event(), threading.Event()

    def slow(raw: sqlite3.Connection) -> None:
        inside.set()
        assert go_on.wait(20)
        raw.execute("INSERT INTO note (text) VALUES ('slow')")

    working = asyncio.create_task(database.hot(Hot(slow, nothing)))
    await asyncio.to_thread(inside.wait, 20)
    following = asyncio.create_task(committed(database))
    for _ in range(3):
        working.cancel()
        for _ in range(5):
            await turn()
        assert not working.done()
    async with asyncio.timeout(PATIENCE):
        assert await following == []  # readers do not wait
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await working
        async with database.transaction() as tx:
            found = (await tx.execute(text("SELECT text FROM note"))).scalars().all()
    await database.close()

    assert found == ["slow"]


async def test_operations_wait_for_one_another_on_the_thread_alone(sqlite_url: str) -> None:
    """The second is handed over before the loop has heard of the first one's end."""
    database = Database(sqlite_url)
    await database.open()
    await make_notes(database)
    inside, go_on, ran = threading.Event(), threading.Event(), list[str]()

    def first(_raw: sqlite3.Connection) -> None:
        inside.set()
        assert go_on.wait(20)
        ran.append("first")

    def second(raw: sqlite3.Connection) -> None:
        assert raw.in_transaction
        ran.append("second")

    one = asyncio.create_task(database.hot(Hot(first, nothing)))
    await asyncio.to_thread(inside.wait, 20)
    two = asyncio.create_task(database.hot(Hot(second, nothing)))
    for _ in range(5):
        await turn()
    writer = database._writer  # pyright: ignore[reportPrivateUsage] - what waits at its thread
    assert writer is not None
    queued = (await driver_connection(writer))._tx.qsize()
    go_on.set()
    await asyncio.gather(one, two)
    await one_hop(await driver_connection(writer), lambda raw: raw.execute("SELECT 1").close())
    await database.close()

    assert queued == 1
    assert ran == ["first", "second"]
