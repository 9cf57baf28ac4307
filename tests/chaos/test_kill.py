"""Killed at any moment under load, Herald loses nothing it acknowledged, and invents nothing."""

import asyncio
import json
import os
import random
import sqlite3
import sys
from collections import Counter
from pathlib import Path
from time import monotonic
from typing import Self

import pytest
from sqlalchemy import text

from bot.clock import SystemClock
from bot.delivery.emitter import Emitter
from bot.outbox.tables import DeliveryState, attempt, delivery, event
from bot.storage.database import Database
from tests.chaos.burst import SHORT, Orders
from tests.support.emitting import add_endpoint, config_for
from tests.support.receiver import Receiver
from tests.support.rows import rows

ROUNDS = 60 if os.environ.get("HERALD_CHAOS") else 3
ROOT = Path(__file__).parents[2]
EVENTS = 100_000  # more than any round lives to record
SEED = random.SystemRandom().randrange(2**32)

pytestmark = pytest.mark.chaos


class Burst:
    """The program under load, as another process."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders

    async def __aenter__(self) -> Self:
        arguments = json.dumps({name: getattr(self._orders, name) for name in Orders.__slots__})
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.chaos.burst", arguments),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        await self.says("started")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process.returncode is None:
            await self.kill()

    async def says(self, word: str) -> None:
        """Return when the program has printed that line."""
        assert self._process.stdout is not None
        async with asyncio.timeout(30):
            while line := await self._process.stdout.readline():
                if line.decode().strip() == word:
                    return
        raise AssertionError(f"the program ended before it said {word!r}")

    async def kill(self) -> None:
        self._process.kill()
        await self._process.communicate()

    async def stop(self) -> None:
        """Let it end by itself, with all it still has in hand."""
        async with asyncio.timeout(60):
            await self._process.communicate(b"")
        assert self._process.returncode == 0


async def prepared(url: str, key_file: Path, receiver: Receiver) -> None:
    """One endpoint that wants everything."""
    emitter = await Emitter.open(config_for(url, key_file=key_file, **SHORT), SystemClock())
    await add_endpoint(emitter, receiver.url(), secret=receiver.secret)
    await emitter.close()


async def test_killed_in_a_burst_of_joins(database_url: str, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    key_file, receipts = tmp_path / "herald.key", tmp_path / "receipts"
    async with Receiver() as receiver:
        await prepared(database_url, key_file, receiver)
        for _ in range(ROUNDS):
            # A random number of deliveries later is a random moment; no clock is asked.
            wanted = len(receiver.requests) + chance.randrange(20, 400)
            async with Burst(Orders(database_url, str(key_file), str(receipts), EVENTS)) as burst:
                await receiver.until(lambda wanted=wanted: len(receiver.requests) >= wanted, 30)
                await burst.kill()
        async with Burst(Orders(database_url, str(key_file), str(receipts), 0)) as last:
            await drained(database_url)
            await last.stop()
        await judged(database_url, receipts, receiver)


UNSETTLED = "SELECT count(*) FROM delivery WHERE state < 2"


async def drained(url: str) -> None:
    """Return when every delivery is settled, seen without getting in anybody's way."""
    async with asyncio.timeout(120):
        if url.startswith("sqlite"):
            await asyncio.to_thread(drained_file, url.removeprefix("sqlite:///"))
            return
        database = Database(url)
        await database.open()
        left = 1
        while left:
            async with database.reading() as reading:
                left = int((await reading.execute(text(UNSETTLED))).scalar_one())
        await database.close()


def drained_file(path: str) -> None:
    """The same beside the program that holds the file, which takes no second Herald."""
    connection, end = sqlite3.connect(path), monotonic() + 120
    while connection.execute(UNSETTLED).fetchone()[0]:
        assert monotonic() < end
    connection.close()


async def judged(url: str, receipts: Path, receiver: Receiver) -> None:
    """Acknowledged ⊆ committed = received; twice only where an attempt's outcome was lost."""
    database = Database(url)
    await database.open()
    events = {row["id"]: str(row["uuid"]) for row in await rows(database, event)}
    deliveries = {row["id"]: row for row in await rows(database, delivery)}
    tries = await rows(database, attempt)
    await database.close()
    acknowledged = receipts.read_text().split()
    told = f"seed {SEED}, {len(acknowledged)} acknowledged"

    assert receiver.refused == [], told
    assert acknowledged, told
    assert len(set(acknowledged)) == len(acknowledged), told
    assert set(acknowledged) <= set(events.values()), told
    assert set(events.values()) == set(receiver.ids()), told
    states = {row["state"] for row in deliveries.values()}
    assert states == {DeliveryState.DELIVERED}, told
    unknown = Counter(
        events[deliveries[row["delivery_id"]]["event_id"]]
        for row in tries
        if row["error"] == "unknown"
    )
    for event_id, times in Counter(receiver.ids()).items():
        assert times <= 1 + unknown[event_id], told
    assert {row["number"] for row in tries} == {1}, told
