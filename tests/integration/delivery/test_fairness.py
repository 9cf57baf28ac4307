"""Who gets a slot while others hang, fail, queue up or are urgent: by counts, never by time."""

import asyncio

import pytest

from bot.clock import ManualClock
from bot.delivery.backlog_throttle import IN_A_WINDOW, LATELY, WINDOW
from bot.delivery.in_flight import PATIENCE
from bot.delivery.slots import SlotWait
from bot.outbox.tables import DeliveryState, EndpointState
from tests.conftest import OpenEmitter
from tests.integration.delivery.answering_endpoints import held_by, newcomer, send, welcome
from tests.integration.delivery.conftest import LogLine
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import change_state
from tests.support.loops import turn
from tests.support.receiver import Receiver, hang, status
from tests.support.rows import states

LONG = 50.0  # seconds for an attempt: longer than any of these tests
DELIVERED = DeliveryState.DELIVERED


def in_flight(receiver: Receiver, *paths: str) -> int:
    return sum(receiver.in_flight[path] for path in paths)


async def too_late() -> None:
    """Return when every request that is in flight now can only be answered late."""
    loop = asyncio.get_running_loop()
    late = loop.time() + PATIENCE
    while loop.time() <= late:
        await turn()


@pytest.mark.thorough("hangs for seconds", but="sqlite*")
async def test_twenty_of_fifty_that_hang_delay_no_healthy_one(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(total_timeout=LONG)
    dead, well = [f"/dead{n}" for n in range(20)], [f"/well{n}" for n in range(30)]
    endpoints = await welcome(running, receiver, *dead, *well)
    for path in dead:
        receiver.behave_at[path] = hang

    await send(running, clock, endpoints[:20], 30)
    await receiver.until(lambda: in_flight(receiver, *dead) == 192)
    await send(running, clock, endpoints[20:], 30)
    await receiver.until(lambda: all(len(receiver.at(path)) == 31 for path in well), 30)

    assert in_flight(receiver, *dead) == 192  # none of them has ended, and none came to it
    assert max(receiver.most_in_flight[path] for path in dead) <= 16


async def test_a_newcomer_that_hangs_holds_one_slot(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(total_timeout=LONG)
    (well,) = await welcome(running, receiver, "/well")
    new = await newcomer(running, receiver, "/new")
    receiver.behave_at["/new"] = hang

    await send(running, clock, (new, well), 40)
    await receiver.has(41, "/well")

    assert in_flight(receiver, "/new") == len(receiver.at("/new")) == 1
    receiver.behave_at["/new"] = status(200)
    receiver.let_go.set()
    await receiver.has(40, "/new")


async def test_newcomers_fill_every_slot_with_one_each(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(total_timeout=LONG, max_in_flight=8)
    new = [await newcomer(running, receiver, f"/{n}") for n in range(10)]
    receiver.behave = hang

    await send(running, clock, new, 3)
    await receiver.has(8)
    await has_room_for_none(receiver, 8)

    assert set(receiver.most_in_flight.values()) == {1}
    receiver.behave = status(200)
    receiver.let_go.set()
    await receiver.has(30)


async def has_room_for_none(receiver: Receiver, count: int) -> None:
    """Let everything happen that could, and see that there are as many as before."""
    for _ in range(50):
        await turn()
    assert len(receiver.requests) == count


@pytest.mark.thorough("fifty endpoints")
async def test_the_silent_share_less_than_a_quarter(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock, told: list[LogLine]
) -> None:
    running = await emitter(total_timeout=LONG, max_in_flight=16, per_endpoint_in_flight=4)
    slow = ["/slow0", "/slow1", "/slow2"]
    *crawling, well = await welcome(running, receiver, *slow, "/well")
    first, second = asyncio.Event(), asyncio.Event()
    receiver.behave = held_by(first)
    receiver.behave_at["/well"] = status(200)

    await send(running, clock, crawling, 12)
    await receiver.has(3 + 1 + 12)
    assert in_flight(receiver, *slow) == 12  # four each: they were healthy
    await too_late()
    receiver.behave = held_by(second)
    first.set()  # they answer well, but late

    await receiver.has(3 + 1 + 12 + 3)
    await send(running, clock, (well,), 20)
    await receiver.has(21, "/well")
    assert in_flight(receiver, *slow) == 3
    assert sum(len(receiver.at(path)) for path in slow) == 3 + 12 + 3
    assert SlotWait.SILENT in {line.get("reason") for line in told}

    second.set()
    receiver.behave = status(200)
    await receiver.until(lambda: all(len(receiver.at(path)) == 13 for path in slow))
    await quiet(running)
    assert set((await states(running.database)).values()) == {DELIVERED}


@pytest.mark.thorough("fifty endpoints")
async def test_who_leaves_a_request_unanswered_gets_no_more_than_that_share(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock, told: list[LogLine]
) -> None:
    running = await emitter(total_timeout=LONG, max_in_flight=16, per_endpoint_in_flight=4)
    slow = ["/slow0", "/slow1", "/slow2"]
    *crawling, well = await welcome(running, receiver, *slow, "/well")
    receiver.behave, receiver.behave_at["/well"] = hang, status(200)
    await send(running, clock, crawling, 1)
    async with asyncio.timeout(60):
        while [line["event"] for line in told].count("endpoint.silent") < 3:
            await turn()

    await send(running, clock, (*crawling, well), 10)
    await receiver.has(11, "/well")

    assert in_flight(receiver, *slow) == 3
    receiver.behave = status(200)
    receiver.let_go.set()
    await receiver.until(lambda: all(len(receiver.at(path)) == 12 for path in slow))


async def test_the_failing_share_a_quarter(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(total_timeout=LONG, max_in_flight=16, per_endpoint_in_flight=4)
    bad = ["/bad0", "/bad1", "/bad2"]
    *failing, well = await welcome(running, receiver, *bad, "/well")
    receiver.behave = status(404)
    await send(running, clock, failing, 1)
    await quiet(running)
    receiver.behave, receiver.behave_at["/well"] = hang, status(200)

    await send(running, clock, (*failing, well), 12)
    await receiver.has(13, "/well")

    assert in_flight(receiver, *bad) == 4
    assert sum(len(receiver.at(path)) for path in bad) == 3 + 3 + 4
    receiver.behave = status(200)
    receiver.let_go.set()
    await receiver.until(lambda: all(len(receiver.at(path)) == 14 for path in bad))


async def test_a_crowd_of_healthy_ones_does_not_keep_a_failing_one_from_its_share(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(total_timeout=LONG, max_in_flight=4, per_endpoint_in_flight=1)
    paths = [f"/well{number}" for number in range(10)]
    one, other, *well = await welcome(running, receiver, "/one", "/other", *paths)
    receiver.behave_at["/one"] = receiver.behave_at["/other"] = status(404)
    await send(running, clock, (one, other), 1)
    await quiet(running)
    share, rest = asyncio.Event(), asyncio.Event()
    receiver.behave_at["/one"], receiver.behave = held_by(share), held_by(rest)
    receiver.behave_at["/other"] = status(200)
    await send(running, clock, (one,), 1)  # holds the one slot of the failing
    await send(running, clock, (other,), 1)
    await send(running, clock, well, 10)
    await receiver.until(lambda: receiver.in_flight.total() == 4)
    before = len(receiver.requests)

    share.set()
    await receiver.has(before + 1)
    rest.set()
    await receiver.has(3, "/other")

    paths_after = [request.path for request in receiver.requests[before:]]
    assert paths_after.index("/other") < 20  # after each of the others once, not after all
    await quiet(running)
    assert len(receiver.requests) == before - 3 + 101


async def test_a_recovery_opens_the_lane_again(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0, per_endpoint_in_flight=3)
    (endpoint,) = await welcome(running, receiver, "/hook")
    receiver.behave = status(404)
    await send(running, clock, (endpoint,), 20)
    await quiet(running)
    failed = len(receiver.requests)
    assert 6 <= failed <= 9
    probe, crowd = asyncio.Event(), asyncio.Event()
    receiver.behave = held_by(probe)
    receiver.most_in_flight.clear()

    clock.advance(5)
    await receiver.has(failed + 1)
    await has_room_for_none(receiver, failed + 1)
    receiver.behave = held_by(crowd)
    probe.set()
    await receiver.has(failed + 1 + 3)
    await has_room_for_none(receiver, failed + 1 + 3)

    assert receiver.most_in_flight["/hook"] == 3
    crowd.set()
    await receiver.has(21)


async def test_a_long_queue_of_one_endpoint_delays_no_other(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(max_in_flight=1, per_endpoint_waiting=32)
    queue, other = await welcome(running, receiver, "/queue", "/other")
    await change_state(running, queue.id, EndpointState.PAUSED)
    held = await send(running, clock, (queue,), 500)
    gate = asyncio.Event()
    receiver.behave = held_by(gate)
    await change_state(running, queue.id, EndpointState.ACTIVE)
    await receiver.has(2, "/queue")

    fresh = await send(running, clock, (other,), 20)
    gate.set()
    await receiver.has(1 + 20, "/other")

    paths = [request.path for request in receiver.requests[3:]]
    assert paths[: 2 * 20].count("/other") == 20  # at least every second one is
    await receiver.has(1 + 500, "/queue")
    assert receiver.ids("/queue")[1:] == held
    assert receiver.ids("/other")[1:] == fresh


async def test_a_queue_moves_on_beside_what_is_fresh(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(per_endpoint_in_flight=1)  # else two of one lane may arrive crosswise
    leisure = running.lanes.leisure
    queue, other = await welcome(running, receiver, "/queue", "/other")
    await change_state(running, queue.id, EndpointState.PAUSED)
    held = await send(running, clock, (queue,), 100)
    fresh = await send(running, clock, (other,), 1)

    leisure.fresh()
    await change_state(running, queue.id, EndpointState.ACTIVE)
    assert running.lanes.ready.is_behind(queue.id)
    while (wait := running.lanes.why_not(queue.id)) is None:
        leisure.fresh()
        leisure.take()
    assert wait is SlotWait.LEISURE
    assert running.lanes.why_not(other.id) is None
    while len(receiver.at("/queue")) < 1 + 5:  # fresh ones go on coming
        leisure.fresh()
        await turn()
    await receiver.has(1 + 100, "/queue")

    assert receiver.ids("/queue")[1:] == held
    assert receiver.ids("/other")[1:] == fresh


async def test_a_queue_goes_on_though_its_timer_came_too_early(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    loop, moment = asyncio.get_running_loop(), 100.0
    leisure = running.lanes.leisure
    leisure._now = lambda: moment  # pyright: ignore[reportPrivateUsage] - time that stands still
    (queue,) = await welcome(running, receiver, "/queue")
    await change_state(running, queue.id, EndpointState.PAUSED)
    held = await send(running, clock, (queue,), 100)
    leisure.fresh()
    await change_state(running, queue.id, EndpointState.ACTIVE)

    later = loop.time() + 5 * WINDOW
    while loop.time() < later:
        await turn()
    assert len(receiver.at("/queue")) <= 1 + IN_A_WINDOW
    moment += LATELY
    await receiver.has(1 + 100, "/queue")

    assert receiver.ids("/queue")[1:] == held
