"""A program in which many members join at once, and which says what it was told is durable.

It is killed at any moment; so a line is written down only after the call has returned.
Usage: python -m tests.chaos.burst '{"url": …, "door": …, "key_file": …, "receipts": …, …}'
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from bot.client.acts import DiscordActs
from bot.clock import SystemClock
from bot.delivery.emitter import Emitter
from bot.features.members import MEMBERS
from bot.snapshots import Person
from tests.support.emitter_setup import GUILD, config_for, joined
from tests.support.features import features_on

TASKS = 32
BANNED = 3  # of so many who join, one is banned

# Leases of a killed process end soon, so that a test need not wait a minute on PostgreSQL.
SHORT = {
    "lease_seconds": 5.0,
    "longest_timeout": 4.5,
    "lease_renew_seconds": 1.0,
    "total_timeout": 4.5,
    "connect_timeout": 3.0,
    "per_endpoint_waiting": 64,
    "jitter": 0.0,
}

Live = Callable[[int], AsyncIterator[str]]
"""Lets one member live; yields a line for each fact once it is durable."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What a burst is to do: `events` members from number `first` on, 0 to only send what is left.

    `door` is by which the facts come in: `members` with rows of their own, or `record`.
    """

    url: str
    key_file: str
    receipts: str
    door: str
    events: int = 0
    first: int = 0


class Receipts:
    """A file of acknowledged facts, one a line; a line is written whole or not at all."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def acknowledge(self, line: str) -> None:
        os.write(self._file, f"{line}\n".encode())

    def close(self) -> None:
        os.close(self._file)


async def burst(live: Live, receipts: Receipts, orders: Orders) -> None:
    """Let many members live at once, each fact acknowledged when it is durable."""
    numbers = count(orders.first)

    async def living() -> None:
        while (number := next(numbers)) < orders.first + orders.events:
            async for line in live(number):
                receipts.acknowledge(line)

    await asyncio.gather(*(living() for _ in range(TASKS)))


@asynccontextmanager
async def by_record(emitter: Emitter) -> AsyncGenerator[Live]:
    """Facts without a row of their own, as another bot's cog may have them."""

    async def live(number: int) -> AsyncIterator[str]:
        assert await emitter.outbox.record(joined(emitter.clock, number, guild_id=GUILD))
        yield f"member.joined {number}"

    yield live


@asynccontextmanager
async def by_members(emitter: Emitter) -> AsyncGenerator[Live]:
    """The feature itself: a fact and the row that knows of it."""
    members = features_on(emitter, emitter.clock, acts=DiscordActs(emitter.clock))[MEMBERS].service
    members.start()

    async def live(number: int) -> AsyncIterator[str]:
        person = Person(GUILD, number, f"otter_{number}", is_bot=False)
        await members.joined(person, emitter.clock.now())
        yield f"member.joined {number}"
        if not number % BANNED:
            await members.banned(person)
            yield f"member.banned {number}"

    yield live
    await members.stop()


DOORS = {"record": by_record, "members": by_members}


async def main(orders: Orders) -> None:
    config = config_for(orders.url, key_file=Path(orders.key_file), **SHORT)
    emitter = await Emitter.open(config, SystemClock())
    receipts = Receipts(orders.receipts)
    await emitter.start()
    print("started", flush=True)  # noqa: T201  the test waits for this line
    async with DOORS[orders.door](emitter) as live:
        await burst(live, receipts, orders)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await emitter.stop()
    receipts.close()


if __name__ == "__main__":
    given: dict[str, Any] = json.loads(sys.argv[1])
    asyncio.run(main(Orders(**given)))
