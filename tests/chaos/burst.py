"""A program that records many joins at once and says which ones it was told are durable.

It is killed at any moment; so an event's id is written down only after `record` has returned.
Usage: python -m tests.chaos.burst '{"url": …, "key_file": …, "receipts": …, "events": …}'
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from bot.catalogue.members import MemberJoined
from bot.clock import SystemClock
from bot.delivery.emitter import Emitter
from tests.support.emitting import GUILD, config_for, joined

TASKS = 32

# Leases of a killed process end soon, so that a test need not wait a minute on PostgreSQL.
SHORT = {
    "lease_seconds": 1.5,
    "lease_renew_seconds": 0.4,
    "total_timeout": 1.2,
    "connect_timeout": 1.0,
    "per_endpoint_waiting": 64,
    "jitter": 0.0,
}

Join = Callable[[int], Awaitable[UUID | None]]
"""Makes one member join and returns the event's id once it is durable."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What a burst is to do; `events` is how many joins, 0 to only send what is left."""

    url: str
    key_file: str
    receipts: str
    events: int


class Receipts:
    """A file of acknowledged ids, one a line; a line is written whole or not at all."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def acknowledge(self, event_id: UUID) -> None:
        os.write(self._file, f"{event_id}\n".encode())

    def close(self) -> None:
        os.close(self._file)


async def burst(join: Join, receipts: Receipts, events: int) -> None:
    """Let many members join at once, each acknowledged when it is durable."""
    numbers = count()

    async def joining() -> None:
        while (number := next(numbers)) < events:
            event_id = await join(number)
            assert event_id is not None
            receipts.acknowledge(event_id)

    await asyncio.gather(*(joining() for _ in range(TASKS)))


async def direct(emitter: Emitter) -> AsyncIterator[Join]:
    """The source of joins without Discord: recorded as the feature would record them."""

    def event(number: int) -> MemberJoined:
        return joined(emitter.clock, number, guild_id=GUILD)

    async def join(number: int) -> UUID | None:
        return await emitter.outbox.record(event(number))

    yield join


async def main(orders: Orders) -> None:
    config = config_for(orders.url, key_file=Path(orders.key_file), **SHORT)
    emitter = await Emitter.open(config, SystemClock())
    receipts = Receipts(orders.receipts)
    await emitter.start()
    print("started", flush=True)  # noqa: T201  the test waits for this line
    async for join in direct(emitter):
        await burst(join, receipts, orders.events)
    print("recorded", flush=True)  # noqa: T201  and for this one
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await emitter.stop()
    receipts.close()


if __name__ == "__main__":
    given: dict[str, Any] = json.loads(sys.argv[1])
    asyncio.run(main(Orders(**given)))
