"""A process of the fleet that records joins as long as it runs, and sends as well if it is told to.

Usage: python -m tests.chaos.sharing_emitter '{"url": …, "key_file": …, "receipts": …, …}'
"""

import asyncio
import json
import sys
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from bot.app import App
from bot.clock import SystemClock
from bot.config import Config
from bot.config.settings import FleetConfig
from bot.fleet.assignment import Assignment, Role
from tests.chaos.fleet_processes import LEASE
from tests.support.emitter_setup import GUILD, config_for, joined
from tests.support.newer_version import be_newer
from tests.support.program import Receipts

IN_ORDER = GUILD + 1  # whose endpoint is sent to in order
RARE = 25  # of so many joins one is there: what goes in order goes one by one
PAUSE = 0.01  # seconds between two joins, so that several programs leave the machine time to send
PATIENCE = 1.0  # seconds that PostgreSQL has for a statement

# Leases end soon; a machine that is busy with several programs has more time for an answer.
TIMES: dict[str, Any] = {
    "lease_seconds": 4.0,
    "longest_timeout": 3.5,
    "lease_renew_seconds": 0.5,
    "total_timeout": 3.5,
    "connect_timeout": 3.0,
    "jitter": 0.0,
}


@dataclass(frozen=True, slots=True)
class Orders:
    """Where to work, and what at; `newer` is a folder with a newer version's schema."""

    url: str
    key_file: str
    receipts: str
    records: bool = True
    sends: bool = True
    newer: str = ""


def config_of(url: str, key_file: Path) -> Config:
    config = config_for(url, key_file=key_file, **TIMES, per_endpoint_waiting=16)
    hurried = config.database.model_copy(update={"statement_timeout": PATIENCE})
    fleet = FleetConfig(lease_seconds=LEASE)
    return config.model_copy(update={"database": hurried, "fleet": fleet})


async def main(orders: Orders) -> None:
    if orders.newer:
        be_newer(orders.newer)
    roles = Assignment(frozenset({Role.DELIVER} if orders.sends else ()))
    config = config_of(orders.url, Path(orders.key_file))
    app = await App.open(config, SystemClock(), assignment=roles)
    emitter, receipts = app.emitter, Receipts(orders.receipts)
    await app.start()
    print("started", flush=True)  # noqa: T201  the test waits for this line
    ended = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    for number in count(1):
        if ended.done() or not orders.records:
            break
        guild_id = GUILD if number % RARE else IN_ORDER
        event_id = await emitter.outbox.record(joined(emitter.clock, number, guild_id=guild_id))
        assert event_id is not None
        receipts.acknowledge(event_id)
        await emitter.clock.sleep(PAUSE)  # a load, and no flood
    await ended
    await app.stop()
    receipts.close()


if __name__ == "__main__":
    given: dict[str, Any] = json.loads(sys.argv[1])
    asyncio.run(main(Orders(**given)))
