"""Slow lanes never fill what all lanes share: who is quick finds room, whatever waits elsewhere."""

from datetime import timedelta

import pytest

from bot.clock import ManualClock
from bot.outbox.endpoint_registry import Limits
from tests.conftest import OpenEmitter
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import add_endpoint, joined
from tests.support.receiver import Receiver, hang

OTHER_GUILD = 1


@pytest.mark.thorough("the hanging ones stay")
async def test_rate_limited_lanes_leave_room(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0, ready_limit=64, per_endpoint_waiting=8)
    for number in range(10):
        url, name = receiver.url(f"/slow{number}"), f"s{number}"
        one, _ = await add_endpoint(
            running, url, guild_id=OTHER_GUILD, name=name, secret=receiver.secret
        )
        async with running.database.transaction() as tx:
            await running.registry.limit(tx, one, clock.now(), Limits("", 0, 1))
    for number in range(30):
        await running.outbox.record(joined(clock, number, guild_id=OTHER_GUILD))
    await quiet(running)
    await add_endpoint(running, receiver.url("/healthy"), secret=receiver.secret)
    for number in range(100):
        await running.outbox.record(joined(clock, number))
    await quiet(running)
    assert len(receiver.at("/healthy")) == 100
    # The limited ones lose nothing by it: one a minute each, to the last.
    for _ in range(30):
        clock.advance(timedelta(minutes=1).total_seconds())
        await quiet(running)
    assert [len(receiver.at(f"/slow{number}")) for number in range(10)] == [30] * 10


async def test_hanging_lanes_leave_room(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(
        jitter=0, ready_limit=64, per_endpoint_waiting=8, per_endpoint_in_flight=2, max_in_flight=64
    )
    for number in range(12):
        url, name = receiver.url(f"/slow{number}"), f"s{number}"
        await add_endpoint(running, url, guild_id=OTHER_GUILD, name=name, secret=receiver.secret)
    await add_endpoint(running, receiver.url("/healthy"), secret=receiver.secret)
    await running.outbox.record(joined(clock, 0, guild_id=OTHER_GUILD))
    await running.outbox.record(joined(clock, 0))
    await receiver.has(13)
    await running.worker.idle()
    for number in range(12):
        receiver.behave_at[f"/slow{number}"] = hang
    for number in range(30):
        await running.outbox.record(joined(clock, number, guild_id=OTHER_GUILD))
    for number in range(100):
        await running.outbox.record(joined(clock, number))
    # Long before any of the hanging ones has met its deadline of ten seconds.
    await receiver.until(lambda: len(receiver.at("/healthy")) == 101, 8)
    receiver.let_go.set()
