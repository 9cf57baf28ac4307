"""The change feed in one process, on both engines: told with the commit, or not at all."""

import asyncio

import pytest
import structlog

from bot.storage.changes import LONGEST, Cache
from bot.storage.database import Database
from tests.support.watched import Watched


class Deliberate(Exception):
    """What a test raises inside a transaction."""


async def tell(database: Database, key: str, *, topic: str = "pond") -> None:
    async with database.transaction() as tx:
        await database.changes.tell(tx, topic, key)


async def tell_in_vain(database: Database, key: str, *, topic: str = "pond") -> None:
    """The same in a transaction that is rolled back."""
    async with database.transaction() as tx:
        await database.changes.tell(tx, topic, key)
        raise Deliberate


async def test_watchers_are_called_with_the_commit_and_not_before(database: Database) -> None:
    pond, lake = Watched(database, "pond"), Watched(database, "lake")
    async with database.transaction() as tx:
        await database.changes.tell(tx, "pond", "otter 7")
        assert pond.told == []
    assert pond.told == ["otter 7"]
    assert lake.told == []


async def test_a_rollback_tells_nothing(database: Database) -> None:
    pond = Watched(database, "pond")
    with pytest.raises(Deliberate):
        await tell_in_vain(database, "never")
    await tell(database, "afterwards")
    assert pond.told == ["afterwards"]


async def test_who_has_the_change_at_hand_takes_it_in_instead(database: Database) -> None:
    pond = Watched(database, "pond")
    taken: list[str] = []
    async with database.transaction() as tx:
        await database.changes.tell(tx, "pond", "7", here=lambda: taken.append("7"))
        assert taken == []
    assert taken == ["7"]
    assert pond.told == []


async def test_a_watcher_that_fails_keeps_no_other_from_hearing(database: Database) -> None:
    def fail(_key: str | None) -> None:
        raise Deliberate

    database.changes.watch("pond", fail)
    pond = Watched(database, "pond")
    with structlog.testing.capture_logs() as logs:
        await tell(database, "7")
    assert pond.told == ["7"]
    assert [line["event"] for line in logs] == ["database.watcher_failed"]


async def test_what_no_notification_can_carry_is_refused_on_either_engine(
    database: Database,
) -> None:
    pond = Watched(database, "pond")
    long = "ö" * (LONGEST // 2)
    with pytest.raises(ValueError, match="pond"):
        await tell(database, long)
    assert pond.told == []
    fits = long[:-30]  # beside it goes the topic, and which process tells
    await tell(database, fits)
    assert pond.told == [fits]


async def test_a_cache_reads_once_and_again_after_a_change(database: Database) -> None:
    depths: Cache[int] = Cache(database.changes, "pond")
    reads: list[int] = []

    async def read() -> int:
        reads.append(len(reads))
        return reads[-1]

    assert [await depths.get("a", read) for _ in range(2)] == [0, 0]
    assert await depths.get("b", read) == 1
    await tell(database, "a")
    assert [await depths.get("a", read) for _ in range(2)] == [2, 2]
    assert await depths.get("b", read) == 1
    database.changes.reload()
    assert [await depths.get(key, read) for key in "ab"] == [3, 4]


async def test_a_cache_keeps_nothing_that_was_read_before_a_change(database: Database) -> None:
    depths: Cache[str] = Cache(database.changes, "pond")
    has_read, let_go = asyncio.Event(), asyncio.Event()

    async def slow() -> str:
        has_read.set()
        await let_go.wait()
        return "before"

    async def quick() -> str:
        return "after"

    first = asyncio.create_task(depths.get("a", slow))
    await has_read.wait()
    await tell(database, "a")
    let_go.set()
    assert await first == "before"
    assert await depths.get("a", quick) == "after"
