"""Deleting an endpoint that is being written to and sent to."""

import asyncio

import pytest
from sqlalchemy import func, select

from bot.clock import ManualClock
from bot.outbox.tables import attempt, delivery
from tests.conftest import OpenEmitter
from tests.integration.endpoints.endpoints_env import ADMIN, endpoints_of
from tests.support.emitter_setup import add_endpoint, joined
from tests.support.receiver import Receiver
from tests.support.rows import rows

ROUNDS, EVENTS = 8, 120


async def test_under_load_it_ends_in_no_deadlock_and_leaves_nothing(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0)
    service = endpoints_of(running)
    for number in range(ROUNDS):
        endpoint, _ = await add_endpoint(
            running, receiver.url(), name=f"n{number}", secret=receiver.secret
        )
        recording = [
            asyncio.create_task(running.outbox.record(joined(clock, user_id)))
            for user_id in range(EVENTS)
        ]
        await receiver.has(len(receiver.requests) + 20 + number)
        await service.delete(ADMIN, endpoint.id)
        await asyncio.gather(*recording)
        await running.worker.idle()
    assert await rows(running.database, delivery) == []
    assert await rows(running.database, attempt) == []


@pytest.mark.thorough("one engine shows it", but="postgresql")
async def test_a_long_history_goes_in_parts_that_let_others_write(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0)
    endpoint, _ = await add_endpoint(running, receiver.url(), secret=receiver.secret)
    await asyncio.gather(*(running.outbox.record(joined(clock, n)) for n in range(2_500)))
    await running.worker.idle()
    deleting = asyncio.create_task(endpoints_of(running).delete(ADMIN, endpoint.id))
    left: list[int] = []
    while not deleting.done():
        async with running.database.transaction() as tx:
            counted = await tx.execute(select(func.count()).select_from(delivery))
            left.append(counted.scalar_one())
    await deleting
    parts = sorted(set(left), reverse=True)
    assert len([count for count in parts if 0 < count < 2_500]) >= 2
    assert await rows(running.database, delivery) == []
