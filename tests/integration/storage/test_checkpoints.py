"""A log of SQLite that a reader holds: writers go on, and it starts over once that is gone."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Generator
from itertools import pairwise
from pathlib import Path

import pytest
import structlog

from bot.storage.checkpoints import Checkpointer, CheckpointTimes, LogState
from bot.storage.database import Database
from tests.support.patience import PATIENCE
from tests.support.scratch_table import committed, make_notes, write

LONGEST = 64 * 1024  # bytes
TIMES = CheckpointTimes()


@pytest.fixture
async def file(sqlite_url: str) -> AsyncGenerator[Database]:
    """A database whose busy writer would wait for 30 seconds."""
    database = Database(sqlite_url, busy_timeout=30)
    await database.open()
    await make_notes(database)
    yield database
    await database.close()


@pytest.fixture
def reader(sqlite_url: str) -> Generator[sqlite3.Connection]:
    """Another program on the file."""
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    yield other
    other.close()


def checkpointer(database: Database) -> Checkpointer:
    return Checkpointer(database.checkpoint, database.restart_log, longest=LONGEST)


async def fill(database: Database, megabytes: int = 1) -> None:
    for _ in range(megabytes * 4):
        async with database.transaction() as tx:
            await write(tx, "x" * 250_000)


def log_of(sqlite_url: str) -> Path:
    return Path(f"{sqlite_url.removeprefix('sqlite:///')}-wal")


@pytest.mark.parametrize("begins", ["before", "after"])
async def test_a_reader_that_stays_keeps_nobody_from_writing(
    file: Database, reader: sqlite3.Connection, begins: str
) -> None:
    """What it began before cannot be moved; what it began after keeps the log from its start."""
    tending = checkpointer(file)
    if begins == "after":
        await fill(file)
        await file.checkpoint()
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM note").fetchall()
    if begins == "before":
        await fill(file)
    async with asyncio.timeout(PATIENCE):  # a third of what a writer would have waited
        for now in range(0, 600, 2):
            await tending.look(now)
        async with file.transaction() as tx:
            await write(tx, "written")
    assert (await committed(file))[-1] == "written"


async def test_who_reads_for_a_minute_is_told_of_and_how_large_it_grows(
    file: Database, reader: sqlite3.Connection
) -> None:
    tending = checkpointer(file)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM note").fetchall()
    await fill(file)
    with structlog.testing.capture_logs() as logs:
        for now in range(0, 180, 2):
            await tending.look(now)
    told = [line for line in logs if line["event"] == "database.log_held_by_a_reader"]
    assert [line["for_seconds"] for line in told] == [60, 120]
    assert all(line["log_bytes"] > LONGEST for line in told)


async def test_once_it_is_gone_the_log_starts_over(
    file: Database, reader: sqlite3.Connection, sqlite_url: str
) -> None:
    tending = checkpointer(file)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM note").fetchall()
    await fill(file)
    for now in range(10):
        await tending.look(now)
    reader.execute("COMMIT")
    for now in range(100, 110):
        await tending.look(now)
    async with file.transaction() as tx:
        await write(tx, "small")
    assert (await file.checkpoint()).pages * 4096 < LONGEST
    assert log_of(sqlite_url).stat().st_size > 0


async def test_the_file_of_the_log_shrinks_to_its_limit(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await database.open()
    await make_notes(database)
    await fill(database, 70)
    grown = log_of(sqlite_url).stat().st_size
    for now in range(3):
        await Checkpointer(database.checkpoint, database.restart_log).look(now)
    async with database.transaction() as tx:
        await write(tx, "small")
    assert log_of(sqlite_url).stat().st_size <= 64 << 20 < grown
    await database.close()


async def test_it_asks_less_and_less_often_while_a_reader_stays() -> None:
    tries: list[float] = []
    now = 0.0

    async def move() -> LogState:
        return LogState(100_000, 100_000)

    async def restart(_wait: float) -> bool:
        tries.append(now)
        return False

    tending = Checkpointer(move, restart)
    for number in range(300):
        now = number * TIMES.every
        await tending.look(now)
    gaps = [after - before for before, after in pairwise(tries)]
    assert gaps[:4] == [2, 4, 8, 16]
    assert max(gaps) == TIMES.longest_pause
