"""A process that records and another that delivers, on one PostgreSQL."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import pytest

from bot.clock import ManualClock
from bot.delivery.due_signals import EVERY
from bot.delivery.emitter import Emitter
from bot.outbox.requeue import Requeue
from bot.outbox.tables import DeliveryState
from tests.support.emitter_setup import GUILD, add_endpoint, config_for, joined
from tests.support.loops import turn
from tests.support.patience import PATIENCE
from tests.support.receiver import Receiver
from tests.support.rows import requeued, states
from tests.support.watched import Watched, until_index


@dataclass(frozen=True, slots=True)
class Pair:
    """One in which things happen, and one that sends."""

    recorder: Emitter
    sender: Emitter


@pytest.fixture
async def pair(postgres_url: str, clock: ManualClock, receiver: Receiver) -> AsyncGenerator[Pair]:
    config = config_for(postgres_url, jitter=0)
    recorder, sender = [await Emitter.open(config, clock) for _ in range(2)]
    recorder.leave_delivering()
    begun = Watched(sender.database, "a topic of nobody's")
    for one in (sender, recorder):
        one.database.signals.others = True
        await one.start()
    await begun.has(1)
    added, _ = await add_endpoint(recorder, receiver.url(), secret=receiver.secret)
    index = sender.lanes.index
    await until_index(index, lambda: index.get(added.id) == added)
    yield Pair(recorder, sender)
    await recorder.stop()
    await sender.stop()


async def all_delivered(pair: Pair) -> None:
    async with asyncio.timeout(PATIENCE):
        while {*(await states(pair.sender.database)).values()} != {DeliveryState.DELIVERED}:
            await turn()


async def test_what_one_records_the_other_sends_at_once(
    pair: Pair, receiver: Receiver, clock: ManualClock
) -> None:
    recorded = [await pair.recorder.outbox.record(joined(clock, number)) for number in range(5)]
    async with pair.recorder.database.transaction() as tx:
        recorded.append(await pair.recorder.outbox.emit(tx, joined(clock, 99)))
    assert set(await receiver.has(6)) == {str(one) for one in recorded}
    await all_delivered(pair)
    assert not pair.recorder.lanes.ready


async def test_a_signal_that_was_lost_costs_seconds(
    pair: Pair, receiver: Receiver, clock: ManualClock
) -> None:
    pair.recorder.database.signals.others = False  # as if it died right after the commit
    event_id = await pair.recorder.outbox.record(joined(clock))
    assert receiver.requests == []
    clock.advance(EVERY)
    assert await receiver.has(1) == [str(event_id)]
    # Nor does it take more where the other has left since, and given back what it had.
    pair.sender.database.signals.others = False
    await pair.recorder.outbox.record(joined(clock, 2))
    clock.advance(EVERY)
    assert len(await receiver.has(2)) == 2


async def test_what_is_queued_again_in_one_is_sent_by_the_other(
    pair: Pair, receiver: Receiver, clock: ManualClock
) -> None:
    await pair.recorder.outbox.record(joined(clock))
    await receiver.has(1)
    await all_delivered(pair)
    (endpoint,) = pair.recorder.lanes.index.all()
    wanted = Requeue(endpoint.id, (DeliveryState.DELIVERED,))
    await requeued(pair.recorder.database, wanted, round(clock.now().timestamp() * 1000))
    pair.recorder.lanes.index.touch(endpoint.id)
    assert len(await receiver.has(2)) == 2
    assert endpoint.guild_id == GUILD


async def test_each_endpoint_is_sent_for_by_one_until_that_is_gone(
    pair: Pair, postgres_url: str, receiver: Receiver, clock: ManualClock
) -> None:
    other = await Emitter.open(config_for(postgres_url, jitter=0), clock)
    begun = Watched(other.database, "a topic of nobody's")
    other.due.divide("other", ["other", "sender"])
    pair.sender.due.divide("sender", ["other", "sender"])
    await other.start()
    await begun.has(1)
    for number in range(7):
        await add_endpoint(
            pair.recorder,
            receiver.url(f"/{number}"),
            name=f"backend {number}",
            secret=receiver.secret,
        )
    for one in (pair.sender, other):
        index = one.lanes.index
        await until_index(index, lambda index=index: len(index.all()) == 8)
    sent = {name: set[int]() for name in ("other", "sender")}
    for name, one in (("other", other), ("sender", pair.sender)):
        one.worker.on_attempted = lambda endpoint, _, name=name: sent[name].add(endpoint.id)
    for number in range(5):
        await pair.recorder.outbox.record(joined(clock, number))
    await receiver.has(40)
    await all_delivered(pair)
    assert len(sent["other"]) + len(sent["sender"]) == 8
    assert not sent["other"] & sent["sender"]
    assert all(sent.values())

    await other.stop()
    await pair.recorder.outbox.record(joined(clock, 99))
    pair.sender.due.divide("sender", ["sender"])
    await receiver.has(48)
    await all_delivered(pair)
    assert len(sent["sender"]) == 8
