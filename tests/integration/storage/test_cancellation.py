"""Cancelled at any await, a transaction leaves nothing half done and the database usable."""

import sqlite3
from collections.abc import Sequence

import pytest
from sqlalchemy import text

from bot.outbox.tables import DeliveryState
from bot.storage.database import Database, Hot
from bot.storage.group import Group
from tests.conftest import OpenEmitter
from tests.integration.storage.test_transactions import INSERT_NOTE
from tests.support.cancel_at_await import interrupted
from tests.support.emitter_setup import add_endpoint, joined
from tests.support.receiver import Receiver
from tests.support.rows import states
from tests.support.scratch_table import committed, make_notes, write

MOST_AWAITS = 60
CUT = text("INSERT INTO note (text) VALUES ('cut') RETURNING text")


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
        assert [one for one in before if one.startswith(f"{point} ")] == whole
        async with database.transaction() as tx:
            await write(tx, f"after {point}")
        assert (await committed(database))[-1] == f"after {point}"

    assert 4 <= points < MOST_AWAITS - 1


@pytest.mark.parametrize("late", [False, True], ids=["at once", "late"])
async def test_a_statement_that_returns_rows_cancelled_at_every_await(
    database: Database, late: bool
) -> None:
    await make_notes(database)

    async def work() -> None:
        async with database.transaction() as tx:
            returned = await tx.execute(
                text("INSERT INTO note (text) VALUES ('cut') RETURNING text")
            )
            assert returned.scalar_one() == "cut"

    for point in range(1, MOST_AWAITS):
        if not await interrupted(work(), point, late=late):
            break
        async with database.transaction() as tx:
            await write(tx, f"after {point}")
        assert (await committed(database))[-1] == f"after {point}"


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
async def test_what_follows_a_cancelled_hot_operation_is_really_committed(
    database_url: str, late: bool
) -> None:
    """A connection lent on while it is inside a transaction would show it to itself alone."""
    database, beside = Database(database_url), None
    await database.open()
    await make_notes(database)
    if not database.is_sqlite:
        beside = Database(database_url)
        await beside.open()

    for point in range(1, MOST_AWAITS):
        if not await interrupted(database.hot(INSERT_NOTE, str(point)), point, late=late):
            break
        await database.hot(INSERT_NOTE, f"after {point}")
        async with database.transaction() as tx:
            await write(tx, f"and {point}")
        seen = await committed(beside or database)
        assert seen[-2:] == [f"after {point}", f"and {point}"]

    if beside is not None:
        await beside.close()
    await database.close()


@pytest.mark.parametrize("late", [False, True], ids=["at once", "late"])
async def test_an_item_is_written_once_wherever_its_caller_is_cancelled(
    database: Database, late: bool
) -> None:
    await make_notes(database)

    async def save(items: Sequence[str]) -> Sequence[None]:
        async with database.transaction() as tx:
            for item in items:
                await write(tx, item)
        return [None] * len(items)

    group: Group[str, None] = Group(save)
    group.start()
    points = 0
    for point in range(1, MOST_AWAITS):
        if not await interrupted(group.submit(str(point)), point, late=late):
            break
        points += 1
    await group.submit("last")
    await group.stop()

    assert points >= 1
    # The caller that was not cancelled any more wrote its own, too.
    assert await committed(database) == [*map(str, range(1, points + 2)), "last"]


@pytest.mark.parametrize("late", [False, True], ids=["at once", "late"])
async def test_a_stop_cancelled_at_every_await_leaves_a_group_that_can_go_on(
    database: Database, late: bool
) -> None:
    await make_notes(database)

    async def save(items: Sequence[str]) -> Sequence[None]:
        for item in items:
            await database.hot(INSERT_NOTE, item)
        return [None] * len(items)

    group: Group[str, None] = Group(save, limit=2)
    wanted: list[str] = []
    for point in range(1, MOST_AWAITS):
        group.start()
        wanted += [f"{point} {number}" for number in range(5)]
        for one in wanted[-5:]:
            group.put(one)
        was_cancelled = await interrupted(group.stop(), point, late=late)
        await group.stop()
        assert await committed(database) == wanted
        if not was_cancelled:
            break

    assert len(wanted) > 5


@pytest.mark.parametrize("times", [1, 2], ids=["once", "twice"])
@pytest.mark.parametrize("late", [False, True], ids=["at once", "late"])
async def test_an_event_and_its_change_are_cancelled_together_at_every_await(
    emitter: OpenEmitter, receiver: Receiver, late: bool, times: int
) -> None:
    running = await emitter()
    await make_notes(running.database)
    await add_endpoint(running, receiver.url(), secret=receiver.secret)

    async def work(point: int) -> None:
        async with running.database.transaction() as tx:
            await write(tx, str(point))
            await running.outbox.emit(tx, joined(running.clock, point))

    points = 0
    for point in range(1, MOST_AWAITS):
        if not await interrupted(work(point), point, late=late, times=times):
            break
        points += 1
    await running.worker.idle()

    changes = await committed(running.database)
    told = [request.json["data"]["user_id"] for request in receiver.requests]
    assert sorted(told) == sorted(changes)
    assert 4 <= points < MOST_AWAITS - 1
    assert set((await states(running.database)).values()) <= {DeliveryState.DELIVERED}


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
