"""Cancelled at any await, a transaction leaves nothing half done and the database usable."""

import sqlite3

import pytest

from bot.storage.database import Database, Hot
from tests.integration.storage.test_transactions import INSERT_NOTE
from tests.support.interrupting import interrupted
from tests.support.notes import committed, make_notes, write

MOST_AWAITS = 60


@pytest.mark.parametrize("times", [1, 2, 3], ids=["once", "twice", "thrice"])
@pytest.mark.parametrize("late", [False, True], ids=["at once", "late"])
async def test_cancelled_at_every_await(database: Database, late: bool, times: int) -> None:
    await make_notes(database)
    told: list[int] = []
    points = 0

    async def work(point: int) -> None:
        async with database.transaction() as tx:
            tx.on_commit(lambda: told.append(point))
            await write(tx, f"{point} a")
            await tx.hot(INSERT_NOTE, f"{point} b")

    for point in range(1, MOST_AWAITS):
        if not await interrupted(work(point), point, late=late, times=times):
            break
        points += 1
        before = await committed(database)
        whole = [f"{point} a", f"{point} b"] if point in told else []
        assert [text for text in before if text.startswith(f"{point} ")] == whole
        async with database.transaction() as tx:
            await write(tx, f"after {point}")
        assert (await committed(database))[-1] == f"after {point}"

    assert 4 <= points < MOST_AWAITS - 1


@pytest.mark.parametrize("late", [False, True], ids=["at once", "late"])
async def test_a_hot_operation_cancelled_at_every_await(database: Database, late: bool) -> None:
    await make_notes(database)
    points = 0

    for point in range(1, MOST_AWAITS):
        if not await interrupted(database.hot(INSERT_NOTE, str(point)), point, late=late):
            break
        points += 1
        await database.hot(INSERT_NOTE, f"after {point}")
        found = await committed(database)
        assert found[-1] == f"after {point}"
        assert found.count(str(point)) <= 1

    assert 1 <= points < MOST_AWAITS - 1


@pytest.mark.parametrize("late", [False, True], ids=["at once", "late"])
async def test_a_reading_cancelled_at_every_await(database: Database, late: bool) -> None:
    await make_notes(database)
    points = 0

    for point in range(1, MOST_AWAITS):
        if not await interrupted(committed(database), point, late=late):
            break
        points += 1
        assert await committed(database) == []

    assert 2 <= points < MOST_AWAITS - 1


async def test_many_cancelled_at_once_exhaust_no_pool(database: Database) -> None:
    await make_notes(database)

    async def work() -> None:
        async with database.transaction() as tx:
            await write(tx, "x")

    for _ in range(40):
        await interrupted(work(), 2, late=False)

    async with database.transaction() as tx:
        await write(tx, "last")
    assert (await committed(database))[-1] == "last"


async def test_a_commit_that_fails_rolls_back(sqlite_url: str) -> None:
    """A deferred constraint fails at COMMIT itself."""
    database = Database(sqlite_url)
    await database.open()
    async with database.transaction() as tx:
        await tx.hot(DEFERRED)
    told: list[str] = []

    async def fail() -> None:
        async with database.transaction() as tx:
            tx.on_commit(lambda: told.append("committed"))
            await tx.hot(ORPHAN)

    with pytest.raises(Exception, match="FOREIGN KEY"):
        await fail()

    async with database.transaction() as tx:
        assert await tx.hot(ORPHANS) == 0
    assert told == []
    await database.close()


def _deferred(raw: sqlite3.Connection) -> None:
    raw.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
    raw.execute(
        "CREATE TABLE child (id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)"
    )


def _orphan(raw: sqlite3.Connection) -> None:
    raw.execute("INSERT INTO child VALUES (1)")


def _orphans(raw: sqlite3.Connection) -> int:
    return raw.execute("SELECT count(*) FROM child").fetchone()[0]


async def _unused(_connection: object) -> int:
    raise AssertionError("this test is about SQLite")


DEFERRED, ORPHAN, ORPHANS = (Hot(f, _unused) for f in (_deferred, _orphan, _orphans))
