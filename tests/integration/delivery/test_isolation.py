"""A dead endpoint delays nobody else, and a failing one is asked once at a time."""

import asyncio

import pytest

from bot.clock import ManualClock
from bot.outbox.tables import DeliveryState
from tests.conftest import OpenEmitter
from tests.integration.delivery.answering_endpoints import newcomer, send, welcome
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import GUILD, add_endpoint, joined
from tests.support.receiver import Receiver, hang, status
from tests.support.rows import attempts, rows, states

DELIVERED, PENDING = DeliveryState.DELIVERED, DeliveryState.PENDING


@pytest.mark.thorough("hangs for seconds", but="sqlite*")
async def test_five_hanging_endpoints_delay_no_healthy_one(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(total_timeout=50.0)
    paths = [f"/dead{number}" for number in range(5)]
    *dead, well = await welcome(running, receiver, *paths, "/well")
    for path in paths:
        receiver.behave_at[path] = hang

    await send(running, clock, dead, 100)
    sent = await send(running, clock, (well,), 100)
    await receiver.has(101, "/well")

    assert sorted(receiver.ids("/well")[1:]) == sorted(sent)
    for path in paths:
        assert receiver.most_in_flight[path] == len(receiver.at(path)) - 1 == 16


async def test_endpoints_take_turns(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(max_in_flight=1)
    for path, guild_id in (("/crowd", GUILD), ("/lone", GUILD + 1)):
        await add_endpoint(running, receiver.url(path), guild_id=guild_id, secret=receiver.secret)
    receiver.behave = hang
    for number in range(20):
        await running.outbox.record(joined(clock, number))
    await receiver.has(1)
    await running.outbox.record(joined(clock, guild_id=GUILD + 1))

    receiver.behave = status(200)
    receiver.let_go.set()
    await receiver.has(21)

    assert [r.path for r in receiver.requests].index("/lone") <= 2


async def test_a_failing_endpoint_is_asked_once_at_a_time(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0, per_endpoint_in_flight=5, disable_after=1_000)
    (endpoint,) = await welcome(running, receiver, "/hook")
    receiver.behave = status(500)
    sent = {*receiver.ids(), *await send(running, clock, (endpoint,), 30)}
    await quiet(running)
    crowd = len(receiver.requests) - 1
    assert 5 <= crowd <= 9  # those already on their way when the fifth failed

    receiver.most_in_flight.clear()
    for gap in (5, 10, 20, 40):
        before = len(receiver.requests)
        clock.advance(gap - 0.001)
        await quiet(running)
        assert len(receiver.requests) == before
        clock.advance(0.001)
        await receiver.has(before + 1)
        await quiet(running)
        assert len(receiver.requests) == before + 1
    assert receiver.most_in_flight["/hook"] == 1

    receiver.behave = status(200)
    clock.advance(300)
    await receiver.until(lambda: set(receiver.ids()) == sent)
    await quiet(running)
    clock.advance(86_400)
    await quiet(running)
    assert set((await states(running.database)).values()) == {DELIVERED}
    tried = await attempts(running.database)
    assert len(tried) == len(receiver.requests) == 1 + crowd + 4 + 30


async def test_probes_take_the_oldest_due_first(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0, per_endpoint_in_flight=1, disable_after=1_000)
    await add_endpoint(running, receiver.url(), secret=receiver.secret)
    receiver.behave = status(404)
    sent: list[str] = []
    for number in range(12):
        sent.append(str(await running.outbox.record(joined(clock, number))))
        clock.advance(0.01)

    for number in range(len(sent)):
        await receiver.has(number + 1)
        await quiet(running)
        clock.advance(301)

    assert receiver.ids() == sent


async def test_an_endpoint_that_failed_before_a_restart_is_probed_at_once_and_alone(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    first = await emitter(jitter=0, per_endpoint_in_flight=1)
    await add_endpoint(first, receiver.url(), secret=receiver.secret)
    receiver.behave = status(500)
    for number in range(12):
        await first.outbox.record(joined(clock, number))
    await receiver.has(5)
    await quiet(first)
    await first.stop()
    tried = len(receiver.requests)

    receiver.behave = hang
    second = await emitter(jitter=0)
    await receiver.has(tried + 1)
    assert len(receiver.requests) == tried + 1
    receiver.behave = status(200)
    receiver.let_go.set()
    await receiver.has(tried + 7)
    await quiet(second)
    clock.advance(60)
    await quiet(second)

    assert {row["state"] for row in await rows(second.database)} == {DELIVERED}
    assert receiver.most_in_flight["/hook"] <= 16


@pytest.mark.parametrize(("lane", "limit"), [(1, 10_000), (64, 3)])
@pytest.mark.thorough("ten thousand rows")
async def test_small_lanes_are_refilled_too(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock, lane: int, limit: int
) -> None:
    running = await emitter(per_endpoint_in_flight=1, per_endpoint_waiting=lane, ready_limit=limit)
    await add_endpoint(running, receiver.url(), secret=receiver.secret)
    facts = [running.outbox.record(joined(clock, number)) for number in range(50)]
    sent = [str(event_id) for event_id in await asyncio.gather(*facts)]

    await receiver.has(50)
    await quiet(running)

    assert sorted(receiver.ids()) == sorted(sent)


async def test_what_a_full_queue_kept_out_goes_when_there_is_room(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(ready_limit=4, per_endpoint_in_flight=1)
    *crowd, lone = [await newcomer(running, receiver, f"/{number}") for number in range(5)]
    await quiet(running)
    receiver.behave = hang
    await send(running, clock, crowd, 1)
    await receiver.has(4)
    await send(running, clock, crowd, 1)
    assert len(running.lanes.ready) == 4
    (kept_out,) = await send(running, clock, (lone,), 1)
    assert len(running.lanes.ready) == 4

    receiver.behave = status(200)
    receiver.let_go.set()

    assert await receiver.has(1, "/4") == [kept_out]
    await receiver.has(9)


async def test_due_rows_of_a_probed_endpoint_do_not_end_the_probing(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0, per_endpoint_in_flight=1, disable_after=1_000)
    endpoint, _ = await add_endpoint(running, receiver.url(), secret=receiver.secret)
    receiver.behave = status(404)
    for number in range(12):
        await running.outbox.record(joined(clock, number))
    await receiver.has(5)
    await quiet(running)

    async with running.database.transaction() as tx:
        running.registry.touch(tx, endpoint.id)
    await quiet(running)

    assert running.lanes.health.is_failing(endpoint.id)
    assert len(receiver.requests) == 5
