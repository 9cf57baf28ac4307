"""A full disk, a read-only file, a locked one: said clearly, waited out, and nothing lost."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from time import monotonic
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from bot.clock import SystemClock
from bot.config.settings import DatabaseConfig as DatabaseSettings
from bot.delivery.emitter import Emitter
from bot.errors import ConfigError
from bot.storage.engine import driver_connection
from bot.storage.sqlite_thread import one_hop
from tests.chaos.steady import SHORT
from tests.support.emitter_setup import add_endpoint, config_for, joined
from tests.support.ledger import judged, sound
from tests.support.loops import turn
from tests.support.memory_disk import fill, small_disk
from tests.support.patience import PATIENCE
from tests.support.receiver import Receiver, hang
from tests.support.settled import drained

pytestmark = pytest.mark.chaos

Trouble = Callable[[Emitter], AbstractAsyncContextManager[None]]
Logs = list[Any]


async def pragma(emitter: Emitter, words: str) -> None:
    """Set something of the writing connection, outside any transaction."""

    def say(raw: sqlite3.Connection) -> None:
        raw.execute(f"PRAGMA {words}")

    writer = emitter.database._writer  # pyright: ignore[reportPrivateUsage] - it lends transactions
    assert writer is not None
    await one_hop(await driver_connection(writer), say)


async def opened(url: str, **delivery: Any) -> Emitter:
    """An emitter that waits no longer than a moment for another program's lock."""
    config = config_for(url, **delivery)
    database = DatabaseSettings(url=url, busy_timeout=0.05)
    return await Emitter.open(config.model_copy(update={"database": database}), SystemClock())


@asynccontextmanager
async def full(emitter: Emitter) -> AsyncGenerator[None]:
    """SQLite's own limit, met in the same place as the disk's."""
    await pragma(emitter, "max_page_count = 1")  # becomes as many as there are
    yield
    await pragma(emitter, "max_page_count = 1000000")


@asynccontextmanager
async def read_only(emitter: Emitter) -> AsyncGenerator[None]:
    """Every write is refused."""
    await pragma(emitter, "query_only = ON")
    yield
    await pragma(emitter, "query_only = OFF")


@asynccontextmanager
async def locked(emitter: Emitter) -> AsyncGenerator[None]:
    """Another program holds the write lock."""
    async with emitter.database.reading() as reading:
        file = (await reading.execute(text("SELECT file FROM pragma_database_list"))).scalar_one()
    other = sqlite3.connect(file, isolation_level=None, timeout=20, check_same_thread=False)
    # In a thread: the emitter may be in the middle of a transaction, and ends it on this loop.
    await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


def said(logs: Logs, words: str) -> Callable[[], bool]:
    """Whether the log names the trouble in SQLite's own words."""
    return lambda: any(
        entry["event"] == "database.unavailable" and words in entry["error"] for entry in logs
    )


async def until(true: Callable[[], bool]) -> None:
    """Let the rest of the program run until that holds."""
    async with asyncio.timeout(PATIENCE):
        while not true():
            await turn()


async def record(emitter: Emitter, count: int) -> list[UUID | None]:
    """So many joins at once; their ids once durable."""
    joins = (joined(emitter.clock, number) for number in range(count))
    return await asyncio.gather(*(emitter.outbox.record(one) for one in joins))


@pytest.mark.parametrize(
    ("trouble", "words"),
    [(full, "full"), (read_only, "readonly"), (locked, "locked")],
    ids=["full", "read-only", "locked"],
)
@pytest.mark.thorough("one way of three stays", but="full")
async def test_a_file_that_cannot_be_written_for_a_while(
    sqlite_url: str, trouble: Trouble, words: str
) -> None:
    emitter = await opened(sqlite_url)
    async with Receiver() as receiver:
        await add_endpoint(emitter, receiver.url(), secret=receiver.secret)
        await emitter.start()
        recorded = await record(emitter, 50)
        with capture_logs() as logs:
            async with trouble(emitter):
                waiting = asyncio.create_task(record(emitter, 500))
                await until(said(logs, words))
                assert not waiting.done()
            recorded += await waiting
        await drained(emitter.database)
        assert not [entry for entry in logs if entry["log_level"] in ("error", "critical")]
        await judged(emitter.database, receiver, acknowledged=recorded, told=words)
        assert len(recorded) == len(receiver.ids()) == 550
        await emitter.stop()
    sound(sqlite_url.removeprefix("sqlite:///"))


@pytest.mark.thorough("the file that is full stays")
async def test_outcomes_wait_for_the_file_too_and_are_not_forgotten(sqlite_url: str) -> None:
    emitter = await opened(sqlite_url, **SHORT)
    async with Receiver() as receiver:
        await add_endpoint(emitter, receiver.url(), secret=receiver.secret)
        await emitter.start()
        recorded = await record(emitter, 1)  # a first success: from now on ten at once may go
        await drained(emitter.database)
        receiver.behave = hang
        recorded += await record(emitter, 10)
        await receiver.has(11)
        with capture_logs() as logs:
            async with locked(emitter):
                receiver.let_go.set()
                await until(said(logs, "locked"))
                ended = monotonic() + 2 * SHORT["lease_seconds"]
                await until(lambda: monotonic() > ended)
            await drained(emitter.database)
        ledger = await judged(emitter.database, receiver, acknowledged=recorded, told="outcomes")
        assert len(receiver.ids()) == 11
        assert ledger.unknown.total() == 0
        await emitter.stop()


async def test_a_start_waits_for_the_file(sqlite_url: str) -> None:
    left = await opened(sqlite_url)
    async with Receiver() as receiver:
        await add_endpoint(left, receiver.url(), secret=receiver.secret)
        left.outbox.start()
        recorded = await record(left, 5)
        await left.outbox.stop()
        await left.close()

        emitter = await opened(sqlite_url)
        with capture_logs() as logs:
            async with locked(emitter):
                starting = asyncio.create_task(emitter.start())
                await until(said(logs, "locked"))
                assert not starting.done()
            await starting
        await drained(emitter.database)
        await judged(emitter.database, receiver, acknowledged=recorded, told="start")
        await emitter.stop()


async def test_a_disk_that_is_really_full() -> None:
    with small_disk(megabytes=8) as folder:
        url = f"sqlite:///{folder}/herald.db"
        emitter = await opened(url)
        async with Receiver() as receiver:
            await add_endpoint(emitter, receiver.url(), secret=receiver.secret)
            await emitter.start()
            recorded = await record(emitter, 50)
            fill(folder / "ballast")
            with capture_logs() as logs:
                waiting = asyncio.create_task(record(emitter, 500))
                await until(said(logs, "full"))
                assert not waiting.done()
                (folder / "ballast").unlink()
                recorded += await waiting
            await drained(emitter.database)
            await judged(emitter.database, receiver, acknowledged=recorded, told="a full disk")
            assert len(receiver.ids()) == 550
            await emitter.stop()
        sound(f"{folder}/herald.db")


async def test_no_room_for_a_new_database_is_said_in_a_sentence() -> None:
    with small_disk(megabytes=1) as folder:
        fill(folder / "ballast")
        with pytest.raises(ConfigError, match=r"cannot write to herald\.db \(.*full\)"):
            await opened(f"sqlite:///{folder}/herald.db")
