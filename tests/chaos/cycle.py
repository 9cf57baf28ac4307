"""A program that takes events through their whole life once, and is killed at one boundary.

Emit, with a change and alone → overflow and claim → send → settle → retry → requeue. An event's
id is written down only once it is durable. Usage: python -m tests.chaos.cycle '{"url": …, …}'
"""

import asyncio
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.acts import Actor
from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.features.audit.service import AuditService
from bot.features.endpoints.ports import EndpointsPorts
from bot.features.endpoints.redelivery import RedeliveryService, Wanted
from bot.features.settings.model import GeneralSettings
from bot.features.settings.service import SettingsService
from tests.chaos.stepping import Steps, install
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import GUILD, config_for, joined
from tests.support.program import Receipts

ACTOR = Actor(GUILD, 4, "harbour_master")
REFUSING = "refusing"
JOINS, CHANGES = 3, 2

# A lane of one: what comes together overflows into the database and has to be claimed.
NARROW: dict[str, Any] = {"per_endpoint_waiting": 1, "per_endpoint_in_flight": 1, "jitter": 0.0}


@dataclass(frozen=True, slots=True)
class Orders:
    """Where to work, and at which boundary to die; 0 to live."""

    url: str
    key_file: str
    receipts: str
    fatal: int


async def cycle(emitter: Emitter, clock: ManualClock, receipts: Receipts) -> None:
    """The whole life of a few events."""
    audit = AuditService(emitter.outbox, clock)
    settings = SettingsService(emitter.database, audit, models=[GeneralSettings])
    ports = EndpointsPorts(emitter.database, emitter.registry, audit, emitter.guard, clock)
    again = RedeliveryService(ports)

    async def join(number: int) -> None:
        event_id = await emitter.outbox.record(joined(clock, number))
        assert event_id is not None
        receipts.acknowledge(event_id)

    await asyncio.gather(*(join(number) for number in range(JOINS)))
    for number in range(CHANGES):
        await settings.change(ACTOR, "general", "notice_channel_id", 1000 + number)
    await quiet(emitter)
    if emitter.database.is_sqlite:
        await emitter.database.checkpoint()
    clock.advance(5)
    await quiet(emitter)
    await again.redeliver(ACTOR, REFUSING, Wanted(all_failed=True))
    await quiet(emitter)


async def main(orders: Orders) -> None:
    steps = Steps(orders.fatal)
    install(steps)
    clock = ManualClock(flowing=True)
    config = config_for(orders.url, key_file=Path(orders.key_file), **NARROW)
    emitter = await Emitter.open(config, clock)
    receipts = Receipts(orders.receipts)
    await emitter.start()
    await cycle(emitter, clock, receipts)
    await emitter.stop()
    receipts.close()
    print(steps.taken)  # noqa: T201  how many boundaries there are


if __name__ == "__main__":
    given: dict[str, Any] = json.loads(sys.argv[1])
    asyncio.run(main(Orders(**given)))
