"""Transactions: all or nothing, in turn, and what is told after the commit."""

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.storage.database import Database, Hot
from bot.storage.group import Group
from tests.support.loops import turn
from tests.support.scratch_table import committed, make_notes, texts, write


class Deliberate(Exception):
    """What a test raises in the middle of a transaction."""


async def test_a_transaction_commits(database: Database) -> None:
    await make_notes(database)

    async with database.transaction() as tx:
        await write(tx, "one")
        assert await texts(tx) == ["one"]

    assert await committed(database) == ["one"]


async def test_an_error_rolls_back_and_is_not_swallowed(database: Database) -> None:
    await make_notes(database)

    async def fail() -> None:
        async with database.transaction() as tx:
            await write(tx, "one")
            raise Deliberate

    with pytest.raises(Deliberate):
        await fail()
    async with database.transaction() as tx:
        await write(tx, "two")
    assert await committed(database) == ["two"]


async def test_on_commit_runs_after_the_commit_and_never_after_a_rollback(
    database: Database,
) -> None:
    await make_notes(database)
    told: list[str] = []

    async def fail() -> None:
        async with database.transaction() as tx:
            tx.on_commit(lambda: told.append("rolled back"))
            raise Deliberate

    with pytest.raises(Deliberate):
        await fail()
    async with database.transaction() as tx:
        tx.on_commit(lambda: told.append("first"))
        tx.on_commit(lambda: told.append("second"))
        await write(tx, "one")
        assert told == []

    assert told == ["first", "second"]


async def test_on_commit_runs_before_the_next_transaction_begins(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await database.open()
    steps: list[str] = []

    async def one(name: str) -> None:
        async with database.transaction() as tx:
            steps.append(f"{name} begins")
            tx.on_commit(lambda: steps.append(f"{name} told"))

    await asyncio.gather(*(one(name) for name in "abc"))
    await database.close()

    assert steps == [f"{name} {what}" for name in "abc" for what in ("begins", "told")]


async def test_competing_transactions_take_turns_in_the_order_they_came(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await database.open()
    await make_notes(database)

    async def save(items: Sequence[str]) -> Sequence[None]:
        async with database.transaction() as tx:
            for item in items:
                await write(tx, item)
        return [None] * len(items)

    async def one(number: int) -> None:
        async with database.transaction() as tx:
            await write(tx, str(number))

    group: Group[str, None] = Group(save)
    group.start()
    async with asyncio.TaskGroup() as tasks:
        for number in range(50):
            tasks.create_task(one(number))
        tasks.create_task(group.submit("group"))
        await turn()  # the group's own task has to ask for its turn
        await turn()
        for number in range(50, 100):
            tasks.create_task(one(number))
    order = await committed(database)
    await group.stop()
    await database.close()

    assert [text for text in order if text != "group"] == [str(number) for number in range(100)]
    assert order.index("group") <= 51


async def test_a_transaction_holds_the_write_lock_from_its_beginning(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await database.open()
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), timeout=0)

    async with database.transaction():
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")

    other.close()
    await database.close()


async def test_reading_waits_for_no_writer_and_sees_only_what_is_committed(
    database: Database,
) -> None:
    await make_notes(database)

    async with database.transaction() as tx:
        await write(tx, "one")
        async with asyncio.timeout(2):
            assert await asyncio.create_task(committed(database)) == []

    assert await committed(database) == ["one"]


async def test_a_reading_sees_one_moment(database: Database) -> None:
    await make_notes(database)

    async with database.reading() as reading:
        assert await texts(reading) == []
        async with database.transaction() as tx:
            await write(tx, "one")
        assert await texts(reading) == []

    assert await committed(database) == ["one"]


async def test_a_reading_changes_nothing_on_a_server(postgres_url: str) -> None:
    database = Database(postgres_url)
    await database.open()
    await make_notes(database)

    with pytest.raises(DBAPIError, match="read-only"):
        async with database.reading() as reading:
            await reading.execute(text("INSERT INTO note (text) VALUES ('one')"))

    async with database.transaction() as tx:  # on the connection that the reading used
        await write(tx, "two")
    assert await committed(database) == ["two"]
    await database.close()


async def test_closing_waits_for_the_transaction_that_is_open(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await database.open()
    await make_notes(database)

    async with database.transaction() as tx:
        closing = asyncio.create_task(database.close())
        await turn()
        await write(tx, "one")
    await closing

    await database.open()
    assert await committed(database) == ["one"]
    await database.close()


def _insert_note(raw: sqlite3.Connection, text: str) -> int:
    return raw.execute("INSERT INTO note (text) VALUES (?) RETURNING id", (text,)).fetchone()[0]


async def _insert_note_there(connection: "AsyncpgConnection", text: str) -> int:
    return await connection.fetchval("INSERT INTO note (text) VALUES ($1) RETURNING id", text)


class AsyncpgConnection:
    """What of asyncpg's connection is used here; its package carries no types."""

    async def fetchval(self, query: str, *args: object) -> int: ...


INSERT_NOTE = Hot(_insert_note, _insert_note_there)


async def test_a_hot_operation_is_a_transaction_of_its_own(database: Database) -> None:
    await make_notes(database)

    assert await database.hot(INSERT_NOTE, "one") == 1

    assert await committed(database) == ["one"]


async def test_a_hot_operation_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(Exception, match="note"):
        await database.hot(INSERT_NOTE, "no such table")

    await make_notes(database)
    assert await database.hot(INSERT_NOTE, "one") == 1
    assert await committed(database) == ["one"]


def _insert_and_fail(raw: sqlite3.Connection) -> None:
    _insert_note(raw, "half")
    raise Deliberate


async def _insert_and_fail_there(connection: AsyncpgConnection) -> None:
    await _insert_note_there(connection, "half")
    raise Deliberate


async def test_a_hot_operation_is_all_or_nothing(database: Database) -> None:
    await make_notes(database)

    with pytest.raises(Deliberate):
        await database.hot(Hot(_insert_and_fail, _insert_and_fail_there))

    await database.hot(INSERT_NOTE, "whole")
    assert await committed(database) == ["whole"]


async def test_a_hot_operation_shares_the_transaction_it_is_called_in(database: Database) -> None:
    await make_notes(database)

    async def fail() -> None:
        async with database.transaction() as tx:
            await tx.hot(INSERT_NOTE, "gone")
            raise Deliberate

    with pytest.raises(Deliberate):
        await fail()
    async with database.transaction() as tx:
        await tx.hot(INSERT_NOTE, "first")
        await write(tx, "second")

    assert await committed(database) == ["first", "second"]


async def test_a_checkpoint_moves_the_log_into_the_file(sqlite_url: str) -> None:
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    database = Database(sqlite_url)
    await database.open()
    await make_notes(database)
    async with database.transaction() as tx:
        await write(tx, "a note that is found in the file once it was moved there")
    assert b"a note that is found" not in file.read_bytes()

    await database.checkpoint()

    assert b"a note that is found" in file.read_bytes()
    await database.close()


async def test_an_error_keeps_the_values_of_its_statement_to_itself(database: Database) -> None:
    statement = text("SELECT * FROM nowhere WHERE url = :url")

    with pytest.raises(DBAPIError, match="nowhere") as caught:
        async with database.reading() as reading:
            await reading.execute(statement, {"url": "https://example.com/?key=hush-hush"})
    with pytest.raises(DBAPIError, match="nowhere") as caught_writing:
        async with database.transaction() as tx:
            await tx.execute(statement, {"url": "https://example.com/?key=hush-hush"})

    assert "hush-hush" not in f"{caught.value} {caught_writing.value}"
