"""Deliveries in order at the moment of a claim: what waits in the database comes first."""

import asyncio
import sqlite3
from contextlib import closing
from time import monotonic

from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from tests.integration.delivery.test_in_order import happen, ordered
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import config_for
from tests.support.loops import turn
from tests.support.patience import PATIENCE
from tests.support.receiver import Receiver


async def test_a_claim_that_found_nothing_lets_nobody_overtake_what_came_since(
    sqlite_url: str, receiver: Receiver, clock: ManualClock
) -> None:
    """As at a start: the lane is closed until a claim has looked, and one stays in the database."""
    running = await Emitter.open(config_for(sqlite_url), clock)
    await running.start()
    endpoint = await ordered(running, receiver)
    await quiet(running)
    async with running.database.transaction():
        running.claims.overflowed(endpoint.id)
        happening = asyncio.create_task(happen(running, 2))
        for _ in range(10):
            await turn()
    for _ in range(3):
        await turn()
    # The claim and the first one's commit have both ended before this loop hears of either.
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as beside:
        end = monotonic() + PATIENCE
        while not beside.execute("SELECT count(*) FROM delivery").fetchone()[0]:
            assert monotonic() < end
    sent = await happening
    await quiet(running)
    assert receiver.ids() == sent
    await running.stop()
