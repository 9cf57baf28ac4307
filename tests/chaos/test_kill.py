"""Killed at any moment under load, Herald loses nothing it acknowledged, and invents nothing."""

import asyncio
import json
import random
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from time import monotonic
from typing import Any, Self

import pytest
from sqlalchemy import text

from bot.clock import SystemClock
from bot.delivery.emitter import Emitter
from bot.features.members.store import known_ban, known_member
from bot.outbox.endpoint_registry import DeliveryTerms
from bot.outbox.tables import DeliveryState, attempt, body, delivery, event
from bot.storage.database import Database
from tests.chaos.burst import SHORT, Orders
from tests.chaos.seeded import MANY, SEED
from tests.support.emitter_setup import add_endpoint, config_for
from tests.support.program import Program
from tests.support.receiver import Receiver
from tests.support.rows import rows

ROUNDS = 60 if MANY else 3
IN_ORDER = "in order"  # by the same door as `record`
EVENTS = 100_000  # more than any round lives to record
LEFT = 20  # of what goes in order: one at a time, what all rounds leave takes its time

pytestmark = pytest.mark.chaos


class Burst(Program):
    """The program under load, as another process."""

    def __init__(self, orders: Orders) -> None:
        super().__init__("tests.chaos.burst", asdict(orders))

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        await self.says("started")
        return self

    async def kill(self) -> None:
        self._process.kill()
        await self._process.communicate()

    async def stop(self) -> None:
        """Let it end by itself, with all it still has in hand."""
        code, _said = await self.end()
        assert code == 0


async def prepared(url: str, key_file: Path, receiver: Receiver, *, in_order: bool) -> None:
    """One endpoint that wants everything."""
    emitter = await Emitter.open(config_for(url, key_file=key_file, **SHORT), SystemClock())
    made, _ = await add_endpoint(emitter, receiver.url(), secret=receiver.secret)
    async with emitter.database.transaction() as tx:
        terms = DeliveryTerms(in_order=in_order)
        await emitter.registry.limit(tx, made, emitter.clock.now(), terms)
    await emitter.close()


@pytest.mark.parametrize("door", ["members", "record", IN_ORDER])
@pytest.mark.thorough("one engine and one door show how it is killed", but="sqlite-members")
async def test_killed_in_a_burst_of_joins(database_url: str, tmp_path: Path, door: str) -> None:
    chance = random.Random(SEED)
    key_file, receipts = tmp_path / "herald.key", tmp_path / "receipts"
    in_order = door == IN_ORDER
    orders = Orders(database_url, str(key_file), str(receipts), "record" if in_order else door)
    async with Receiver() as receiver:
        await prepared(database_url, key_file, receiver, in_order=in_order)
        for number in range(ROUNDS):
            # A random number of deliveries later is a random moment; no clock is asked.
            more = chance.randrange(20, 400)
            wanted = len(receiver.requests) + more
            events = more + LEFT if in_order else EVENTS
            first = 1 + number * EVENTS
            async with Burst(replace(orders, events=events, first=first)) as burst:
                await receiver.until(lambda wanted=wanted: len(receiver.requests) >= wanted, 30)
                await burst.kill()
        async with Burst(orders) as last:
            await drained(database_url)
            await last.stop()
        await judged(database_url, receipts, receiver)
        if door == "members":
            await rows_agree(database_url)
        if in_order:
            await stays_in_order(database_url, receiver)


async def stays_in_order(url: str, receiver: Receiver) -> None:
    """As they were committed; what a kill left unknown may have come once more after later ones."""
    database = Database(url)
    await database.open()
    events = {row["id"]: str(row["uuid"]) for row in await rows(database, event)}
    owed = sorted(await rows(database, delivery), key=lambda row: row["id"])
    await database.close()
    first_came = [*dict.fromkeys(receiver.ids())]
    assert first_came == [events[row["event_id"]] for row in owed], f"seed {SEED}"


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
    acknowledged = receipts.read_text().splitlines()
    committed = facts(await rows(database, body))
    await database.close()
    told = f"seed {SEED}, {len(acknowledged)} acknowledged"

    assert receiver.refused == [], told
    assert acknowledged, told
    assert len(set(acknowledged)) == len(acknowledged), told
    assert set(acknowledged) <= {f"{kind} {number}" for kind, number in committed}, told
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


def facts(bodies: Sequence[Mapping[str, Any]]) -> set[tuple[str, int]]:
    """What the stored events say: a type and a member's number."""
    told = [json.loads(one["bytes"]) for one in bodies]
    found = {(one["type"], int(one["data"]["user_id"])) for one in told}
    assert len(found) == len(told), "a fact was told twice"
    return found


async def rows_agree(url: str) -> None:
    """Every fact has its row and every row its fact: they were written together or not at all."""
    database = Database(url)
    await database.open()
    committed = facts(await rows(database, body))
    members = {row["user_id"] for row in await rows(database, known_member)}
    bans = {row["user_id"] for row in await rows(database, known_ban)}
    await database.close()
    joined = {number for kind, number in committed if kind == "member.joined"}
    banned = {number for kind, number in committed if kind == "member.banned"}
    told = f"seed {SEED}"
    assert bans == banned, told
    assert members == joined - banned, told
    assert members, told
    assert banned, told
