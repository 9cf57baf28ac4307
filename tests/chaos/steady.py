"""A program that records joins one after the other, and sends until it is told to end.

Usage: python -m tests.chaos.steady '{"url": …, "key_file": …, "receipts": …, "events": …}'
"""

import asyncio
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.clock import SystemClock
from bot.delivery.emitter import Emitter
from tests.support.emitter_setup import config_for, joined
from tests.support.program import Receipts

# Leases end soon, so that a test need not wait a minute for a process that is gone.
SHORT: dict[str, Any] = {
    "lease_seconds": 1.5,
    "longest_timeout": 1.0,
    "lease_renew_seconds": 0.4,
    "total_timeout": 1.2,
    "connect_timeout": 1.0,
    "jitter": 0.0,
}


@dataclass(frozen=True, slots=True)
class Orders:
    """Where to work, and how many joins there are."""

    url: str
    key_file: str
    receipts: str
    events: int


async def main(orders: Orders) -> None:
    config = config_for(orders.url, key_file=Path(orders.key_file), **SHORT)
    emitter = await Emitter.open(config, SystemClock())
    receipts = Receipts(orders.receipts)
    await emitter.start()
    print("started", flush=True)  # noqa: T201  the test waits for this line
    for number in range(orders.events):
        event_id = await emitter.outbox.record(joined(emitter.clock, number))
        assert event_id is not None
        receipts.acknowledge(event_id)
    print("recorded", flush=True)  # noqa: T201  and for this one
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await emitter.stop()
    receipts.close()


if __name__ == "__main__":
    given: dict[str, Any] = json.loads(sys.argv[1])
    asyncio.run(main(Orders(**given)))
