"""Stopped in the middle of a claim: what was claimed and not tried goes back as it was."""

import asyncio
import sqlite3

from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.outbox.tables import DeliveryState
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import add_endpoint, config_for, joined
from tests.support.ledger import judged
from tests.support.loops import turn
from tests.support.receiver import Receiver, status
from tests.support.rows import attempts, states


async def test_a_claim_that_nobody_wants_any_more(
    sqlite_url: str, receiver: Receiver, clock: ManualClock
) -> None:
    running = await Emitter.open(config_for(sqlite_url, jitter=0), clock)
    await running.start()
    await add_endpoint(running, receiver.url(), secret=receiver.secret)
    receiver.behave = status(500)
    event_id = str(await running.outbox.record(joined(clock)))
    await quiet(running)

    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    clock.advance(5)
    taken = running.database._turn  # pyright: ignore[reportPrivateUsage] - the only sign of it
    async with asyncio.timeout(4):  # for five seconds the claim waits for the other to let go
        while not taken.is_taken:
            await turn()
    stopping = asyncio.create_task(running.stop())
    for _ in range(10):
        await turn()
    other.execute("ROLLBACK")
    other.close()
    await stopping

    again = await Emitter.open(config_for(sqlite_url), clock)
    assert list((await states(again.database)).values()) == [DeliveryState.PENDING]
    receiver.behave = status(200)
    await again.start()
    assert await receiver.has(2) == [event_id] * 2
    await quiet(again)
    assert await attempts(again.database) == [(1, 1, 500, None), (1, 2, 200, None)]
    await judged(again.database, receiver, acknowledged=[event_id], told="")
    await again.stop()
