"""Rows as the schedule: taken once, found again after their lease; no error ends the rounds."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, Row, Select, Table, insert, select, text
from structlog.testing import capture_logs

from bot.clock import ManualClock
from bot.keyed_lock import KeyedLock
from bot.storage.database import Database, Reading, Transaction
from bot.storage.schema import UtcDateTime
from bot.storage.sweep import AT_ONCE, LEASE, DueRows, Sweep, lease
from tests.support.loops import turn

_metadata = MetaData()
chore = Table(
    "chore",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("urgency", Integer),
    Column("look_at", UtcDateTime, nullable=True),
)
MOST_URGENT_FIRST: Select[tuple[int]] = select(chore.c.id).order_by(chore.c.urgency.desc())


@pytest.fixture
async def chores(database: Database) -> Database:
    """Sixty rows, the last of which is the most urgent."""
    async with database.transaction() as tx:
        await tx.run_sync(_metadata.create_all)
        await tx.execute(insert(chore), [{"urgency": number} for number in range(60)])
    return database


async def take(tx: Transaction, now: datetime) -> list[int]:
    return [row.id for row in await lease(tx, chore, MOST_URGENT_FIRST, now)]


def declare(sweep: Sweep, deal: Callable[[int], Awaitable[object]], **more: Any) -> None:
    """Every chore, by its number."""

    def number(row: Row[Any]) -> int:
        return int(row.id)

    sweep.rows(DueRows("all", chore, lambda _now: MOST_URGENT_FIRST, number, deal, **more))


async def test_the_most_urgent_are_taken_once_until_their_lease_is_over(
    chores: Database, clock: ManualClock
) -> None:
    seen: list[list[int]] = []
    for _ in range(4):
        async with chores.transaction() as tx:
            seen.append(await take(tx, clock.now()))

    assert seen == [[*range(36, 61)], [*range(11, 36)], [*range(1, 11)], []]
    clock.advance(LEASE.total_seconds() - 0.001)
    async with chores.transaction() as tx:
        assert await take(tx, clock.now()) == []
        clock.advance(0.001)
        assert await take(tx, clock.now()) == seen[0]


async def test_no_more_are_taken_whatever_way_the_database_chooses(
    chores: Database, clock: ManualClock
) -> None:
    async with chores.transaction() as tx:
        for way in ("hashjoin", "mergejoin", "hashagg", "sort", "material"):
            if not chores.is_sqlite:
                await tx.execute(text(f"SET LOCAL enable_{way} = off"))
        oldest_first = select(chore.c.id).order_by(chore.c.id)
        taken = await lease(tx, chore, oldest_first, clock.now())
        assert [row.id for row in taken] == [*range(1, 26)]


async def test_what_a_rolled_back_transaction_took_is_free(
    chores: Database, clock: ManualClock
) -> None:
    async def cut() -> list[int]:
        async with chores.transaction() as tx:
            taken = await take(tx, clock.now())
            assert len(taken) == AT_ONCE
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await cut()
    async with chores.transaction() as tx:
        assert len(await take(tx, clock.now())) == AT_ONCE


async def test_two_sweeps_at_once_deal_with_every_row_once(
    chores: Database, clock: ManualClock
) -> None:
    dealt: list[int] = []

    async def deal(number: int) -> None:
        await turn()
        dealt.append(number)

    sweeps = [Sweep("chores", chores, clock=clock) for _ in range(2)]
    for sweep in sweeps:
        declare(sweep, deal)
    await asyncio.gather(*(sweep.sweep() for sweep in sweeps))

    assert sorted(dealt) == list(range(1, 61))


@pytest.mark.parametrize("at", ["read", "dealt with"])
async def test_one_row_that_fails_is_logged_and_keeps_no_other_back(
    chores: Database, clock: ManualClock, at: str
) -> None:
    seen: dict[str, list[int]] = {"read": [], "dealt with": []}

    def note(what: str, number: int) -> int:
        seen[what].append(number)
        if (what, number) == (at, 36):
            raise ConnectionError("away")
        return number

    async def deal(number: int) -> None:
        note("dealt with", number)

    def read(row: Row[Any]) -> int:
        return note("read", int(row.id))

    sweep = Sweep("chores", chores, clock=clock)
    sweep.rows(DueRows("all", chore, lambda _now: MOST_URGENT_FIRST, read, deal))
    with capture_logs() as logs:
        await sweep.sweep()
    assert len(seen[at]) == 60
    assert [(log["event"], log["of"], log["rows"], log["id"]) for log in logs] == [
        ("sweep.row_failed", "chores", "all", 36)
    ]


async def test_what_has_changed_or_is_in_somebodys_hands_is_left(
    chores: Database, clock: ManualClock
) -> None:
    """Read again under its lock; what somebody else is at is left for the next lease."""
    dealt: list[int] = []
    locks = KeyedLock()

    async def still(_reading: Reading, number: int) -> int | None:
        return None if number % 2 else number * 100

    async def deal(number: int) -> None:
        assert locks.taken((0, number // 100))
        dealt.append(number)

    sweep = Sweep("chores", chores, clock=clock, locks=locks)

    def key(number: int) -> tuple[int, int]:
        return 0, number

    declare(sweep, deal, key=key, still=still)
    async with locks.hold((0, 2)):
        await sweep.sweep()
    assert sorted(dealt) == list(range(400, 6_001, 200))
    clock.advance(LEASE.total_seconds())
    await sweep.sweep()
    assert 200 in dealt


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_rows_that_another_process_holds_are_passed_over(
    database_url: str, chores: Database, clock: ManualClock
) -> None:
    other = Database(database_url)
    await other.open()
    async with chores.transaction() as tx, other.transaction() as second:
        first = await take(tx, clock.now())
        assert not set(first) & set(await take(second, clock.now()))
    await other.close()
