"""Stopped while the database is away: requests finish, every step runs, and it has an end."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from bot.clock import ManualClock
from bot.delivery import emitter as emitting
from bot.delivery.emitter import Emitter
from tests.support.emitter_setup import add_endpoint, config_for, joined
from tests.support.loops import turn
from tests.support.lossy_line import lossy_line
from tests.support.receiver import Receiver, hang

GRACE = 1.0
END = 20.0  # seconds: more than the whole stop may take with this grace


@asynccontextmanager
async def under_way(url: str, receiver: Receiver, clock: ManualClock) -> AsyncGenerator[Emitter]:
    """An emitter with a request that the receiver has not answered."""
    config = config_for(url, jitter=0, shutdown_grace=GRACE)
    soon = {"statement_timeout": 0.5, "busy_timeout": 0.5}
    database = config.database.model_copy(update=soon)
    emitter = await Emitter.open(config.model_copy(update={"database": database}), clock)
    await emitter.start()
    await add_endpoint(emitter, receiver.url(), secret=receiver.secret)
    receiver.behave = hang
    await emitter.outbox.record(joined(clock))
    await receiver.has(1)
    yield emitter


async def stopped(emitter: Emitter, receiver: Receiver, clock: ManualClock) -> None:
    """One fact waits to be written, and the receiver answers while it stops."""
    waiting = asyncio.create_task(emitter.outbox.record(joined(clock, 8)))
    await turn()
    async with asyncio.timeout(END):
        stopping = asyncio.create_task(emitter.stop())
        await turn()
        receiver.let_go.set()
        await stopping
    with pytest.raises(ConnectionError):
        await waiting
    assert len(receiver.requests) == 1


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stop of two seconds is as good as one of ten."""
    monkeypatch.setattr(emitting, "REST", 2.0)


async def test_a_server_that_is_away(
    postgres_url: str, receiver: Receiver, clock: ManualClock
) -> None:
    async with (
        lossy_line(postgres_url) as (line, url),
        under_way(url, receiver, clock) as emitter,
    ):
        line.go_away()
        await stopped(emitter, receiver, clock)


@pytest.mark.thorough("waits for a deadline")
async def test_a_server_that_fell_silent(
    postgres_url: str, receiver: Receiver, clock: ManualClock
) -> None:
    async with (
        lossy_line(postgres_url) as (line, url),
        under_way(url, receiver, clock) as emitter,
    ):
        line.go_silent()
        await stopped(emitter, receiver, clock)


async def test_a_file_that_another_program_holds(
    sqlite_url: str, receiver: Receiver, clock: ManualClock
) -> None:
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    async with under_way(sqlite_url, receiver, clock) as emitter:
        other.execute("BEGIN IMMEDIATE")
        await stopped(emitter, receiver, clock)
    other.close()
