"""Group commit: what comes together is written together, and nothing is lost."""

import asyncio
import sqlite3
from collections.abc import Sequence

import pytest
from sqlalchemy import text

from bot.storage.database import Database
from bot.storage.group import Group
from tests.integration.storage.test_transactions import INSERT_NOTE
from tests.support.loops import turn
from tests.support.patience import PATIENCE
from tests.support.scratch_table import committed, make_notes, write

CUT = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


class Writer:
    """Writes every item as a note, in one transaction; keeps what each group was."""

    def __init__(self, database: Database) -> None:
        self.groups: list[list[str]] = []
        self.tried = asyncio.Condition()
        self._database = database
        self._refuses = True

    def heals(self) -> None:
        """What was bad can be written from now on."""
        self._refuses = False

    async def __call__(self, items: Sequence[str]) -> Sequence[str]:
        self.groups.append(list(items))
        async with self.tried:
            self.tried.notify_all()
        async with self._database.transaction() as tx:
            for item in items:
                if self._refuses and item.startswith("bad"):
                    raise ValueError(item)
                await write(tx, item)
        return [f"{item} written" for item in items]

    async def has_tried(self, times: int) -> None:
        async with asyncio.timeout(PATIENCE), self.tried:
            await self.tried.wait_for(lambda: len(self.groups) >= times)


async def test_what_arrives_meanwhile_goes_together(database: Database) -> None:
    await make_notes(database)
    writer = Writer(database)
    group = Group(writer)
    group.start()

    first = asyncio.create_task(group.submit("0"))
    await writer.has_tried(1)
    results = await asyncio.gather(first, *(group.submit(str(n)) for n in range(1, 100)))
    await group.stop()

    assert results == [f"{n} written" for n in range(100)]
    assert writer.groups == [["0"], [str(n) for n in range(1, 100)]]
    assert await committed(database) == [str(n) for n in range(100)]


async def test_a_group_has_a_limit_and_keeps_the_order(database: Database) -> None:
    await make_notes(database)
    writer = Writer(database)
    group = Group(writer, limit=10)
    for number in range(35):
        group.put(str(number))
    assert len(group) == 35
    group.start()
    await group.stop()

    assert [len(one) for one in writer.groups] == [10, 10, 10, 5]
    assert await committed(database) == [str(n) for n in range(35)]


async def test_a_first_item_waits_for_company_where_it_is_told_to(database: Database) -> None:
    await make_notes(database)
    writer = Writer(database)
    group = Group(writer, linger=0.2)
    group.start()

    first = asyncio.create_task(group.submit("1"))
    await turn()  # the group has seen the first and lingers
    await asyncio.gather(first, group.submit("2"))
    await group.stop()

    assert writer.groups == [["1", "2"]]


async def test_a_bad_item_fails_alone(database: Database) -> None:
    await make_notes(database)
    group = Group(Writer(database))
    items = ["1", "2", "bad", "3"]
    tasks = [asyncio.create_task(group.submit(item)) for item in items]
    await turn()
    group.start()

    results = await asyncio.gather(*tasks, return_exceptions=True)
    await group.stop()

    assert [str(result) for result in results] == ["1 written", "2 written", "bad", "3 written"]
    assert isinstance(results[2], ValueError)
    assert await committed(database) == ["1", "2", "3"]


async def test_a_bad_item_that_nobody_waits_for_stops_nothing(database: Database) -> None:
    await make_notes(database)
    group = Group(Writer(database))
    group.put("bad")
    group.start()
    await group.drained()

    assert await group.submit("good") == "good written"
    await group.stop()
    assert await committed(database) == ["good"]


async def test_what_nobody_waits_for_is_tried_until_it_can_be_written(database: Database) -> None:
    """An outcome is not dropped, because nobody would ever know it again."""
    await make_notes(database)
    writer = Writer(database)
    group = Group(writer, again=0.01)
    group.put("bad one")
    group.start()
    await writer.has_tried(3)
    assert list(group.items()) == ["bad one"]
    writer.heals()
    await group.stop()
    assert await committed(database) == ["bad one"]
    assert list(group.items()) == []


async def test_what_was_put_aside_is_tried_once_more_at_the_end(database: Database) -> None:
    await make_notes(database)
    writer = Writer(database)
    group = Group(writer, again=3600)
    group.put("bad one")
    group.start()
    await group.drained()
    writer.heals()
    await group.stop()
    assert await committed(database) == ["bad one"]


async def test_a_stop_that_is_cut_off_says_so_to_whoever_waits() -> None:
    never = asyncio.Event()

    async def handle(items: Sequence[int]) -> Sequence[int]:
        await never.wait()
        return items

    group: Group[int, int] = Group(handle)
    group.start()
    waiting = [asyncio.create_task(group.submit(number)) for number in range(2)]
    await turn()
    stopping = asyncio.create_task(group.stop())
    await turn()
    stopping.cancel()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(result) for result in results] == [ConnectionError] * 2
    await asyncio.wait((stopping,))
    never.set()
    await group.stop()


async def test_a_caller_that_is_cancelled_takes_nothing_back(database: Database) -> None:
    await make_notes(database)
    group = Group(Writer(database))
    impatient = asyncio.create_task(group.submit("1"))
    await turn()
    impatient.cancel()
    group.start()
    assert await group.submit("2") == "2 written"
    await group.stop()

    assert impatient.cancelled()
    assert await committed(database) == ["1", "2"]


async def test_a_locked_database_is_tried_again_and_nothing_is_lost(sqlite_url: str) -> None:
    database = Database(sqlite_url, busy_timeout=0.02)
    await database.open()
    await make_notes(database)
    writer = Writer(database)
    group = Group(writer)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    group.start()
    waiting = [asyncio.create_task(group.submit("1"))]
    await writer.has_tried(2)
    waiting += [asyncio.create_task(group.submit(str(n))) for n in range(2, 10)]
    await writer.has_tried(3)
    assert not any(task.done() for task in waiting)
    other.execute("ROLLBACK")
    other.close()
    await asyncio.gather(*waiting)
    await group.stop()

    assert await committed(database) == [str(n) for n in range(1, 10)]
    await database.close()


async def test_a_lost_connection_is_tried_again_and_nothing_is_lost(postgres_url: str) -> None:
    database = Database(postgres_url)
    await database.open()
    await make_notes(database)

    async def save(items: Sequence[str]) -> Sequence[None]:
        for item in items:
            await database.hot(INSERT_NOTE, item)
        return [None] * len(items)

    group: Group[str, None] = Group(save, limit=1)
    group.start()
    ends = Database(postgres_url)
    await ends.open()
    for number in range(20):
        await group.submit(str(number))
        if number % 5 == 0:
            await cut(ends)
    await group.stop()

    assert await committed(database) == [str(n) for n in range(20)]
    await ends.close()
    await database.close()


async def cut(ends: Database) -> None:
    """End every other connection to this database, on the server's side."""
    async with ends.transaction() as tx:
        await tx.execute(CUT)


async def test_stop_finishes_what_waits(database: Database) -> None:
    await make_notes(database)
    group = Group(Writer(database), limit=3)
    group.start()
    for number in range(20):
        group.put(str(number))

    await group.stop()

    assert len(group) == 0
    assert await committed(database) == [str(n) for n in range(20)]


@pytest.mark.parametrize("started", [True, False])
async def test_a_group_without_work_stops_at_once(started: bool) -> None:
    async def never(_items: Sequence[str]) -> Sequence[None]:
        raise AssertionError("there is nothing to write")

    group: Group[str, None] = Group(never)
    if started:
        group.start()
    async with asyncio.timeout(2):
        await group.stop()


async def test_a_stopped_group_says_that_it_takes_nothing() -> None:
    async def handle(items: Sequence[int]) -> Sequence[int]:
        return items

    group: Group[int, int] = Group(handle)
    group.start()
    assert await group.submit(1) == 1
    await group.stop()

    with pytest.raises(RuntimeError, match="stopped"):
        await group.submit(2)
