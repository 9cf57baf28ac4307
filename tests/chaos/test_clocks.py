"""The time of day set back and forward: no delivery moves by more than one step of its schedule."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.clock import ManualClock, to_ms
from bot.delivery.emitter import Emitter
from bot.outbox.tables import DeliveryState
from tests.conftest import START, OpenEmitter
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import add_endpoint, joined
from tests.support.ledger import judged
from tests.support.loops import turn
from tests.support.patience import PATIENCE
from tests.support.receiver import Receiver, hang, status
from tests.support.rows import attempts, rows

HOUR = 3600.0
KEEPER = 20.0  # seconds between two looks at the leases, and so at the clock
STEPS = (5, 30, 180, 1_800, 14_400, 43_200)


async def failed_so_often(
    running: Emitter, receiver: Receiver, clock: ManualClock, times: int
) -> str:
    """One event whose first attempts have failed; it waits for the next step. Its id."""
    await add_endpoint(running, receiver.url(), secret=receiver.secret)
    receiver.behave = status(500)
    event_id = str(await running.outbox.record(joined(clock)))
    for number in range(1, times + 1):
        await receiver.has(number)
        await quiet(running)
        if number < times:
            clock.advance(STEPS[number - 1])
    return event_id


async def noticed(running: Emitter, clock: ManualClock, step: int) -> None:
    """Return when whoever keeps the schedule has seen that the clock was set."""
    clock.advance(KEEPER)
    async with asyncio.timeout(PATIENCE):
        while (due := running.claims.next_due()) is not None:
            if due <= to_ms(clock.now()) + step * 1000:
                break
            await turn()
    await quiet(running)


async def passed(running: Emitter, clock: ManualClock, seconds: float) -> None:
    """Let time pass as it does: piece by piece, everybody awake in between."""
    while seconds > 0:
        clock.advance(min(KEEPER, seconds))
        seconds -= KEEPER
        await quiet(running)


@pytest.mark.parametrize("times", [1, 2, 3, 4])
@pytest.mark.parametrize("by", [-HOUR, HOUR], ids=["back", "forward"])
async def test_a_retry_that_waits_while_the_clock_is_set(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock, by: float, times: int
) -> None:
    running = await emitter(jitter=0)
    event_id = await failed_so_often(running, receiver, clock, times)
    step = STEPS[times - 1]

    receiver.behave = status(200)
    with capture_logs() as logs:
        clock.set_by(by)
        await noticed(running, clock, step)
        ends = clock.now() + timedelta(seconds=2 * step)
        while clock.now() < ends and len(receiver.requests) == times:
            await passed(running, clock, min(KEEPER, step))

    assert [entry["seconds"] for entry in logs if entry["event"] == "clock.set"] == [by]
    await judged(running.database, receiver, acknowledged=[event_id], told="")
    assert len(receiver.requests) == times + 1
    stamps = [request.stamp for request in receiver.requests]
    late = stamps[-1] - stamps[-2] - by - step
    assert -step <= late <= KEEPER
    assert [error for *_, error in await attempts(running.database)] == [None] * (times + 1)


async def test_what_is_in_flight_stays_ours_when_an_hour_is_skipped(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    await add_endpoint(running, receiver.url(), secret=receiver.secret)
    receiver.behave = hang
    event_id = await running.outbox.record(joined(clock))
    await receiver.has(1)

    clock.set_by(HOUR)
    clock.advance(KEEPER)
    await until_leased(running, lambda end: end > to_ms(clock.now()))
    receiver.let_go.set()
    await quiet(running)

    ledger = await judged(running.database, receiver, acknowledged=[event_id], told="")
    assert (len(receiver.requests), ledger.unknown.total()) == (1, 0)


async def until_leased(running: Emitter, true: Callable[[int], bool]) -> None:
    """Return when the only lease ends at a moment (ms) of that kind."""
    async with asyncio.timeout(PATIENCE):
        while True:
            (row,) = await rows(running.database)
            assert row["state"] == DeliveryState.DELIVERING
            if true(to_ms(row["due_at"])):
                return
            await turn()


async def test_a_clock_set_back_while_nobody_ran(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    first = await emitter(jitter=0)
    event_id = await failed_so_often(first, receiver, clock, 2)
    await first.stop()

    clock.set_by(-5 * HOUR)
    receiver.behave = status(200)
    second = await emitter(jitter=0)
    await quiet(second)
    assert len(receiver.requests) == 2
    await passed(second, clock, 30)

    await judged(second.database, receiver, acknowledged=[event_id], told="")
    assert receiver.requests[-1].stamp == int(clock.now().timestamp())


async def test_an_endpoint_being_probed_keeps_its_distance(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0)
    await add_endpoint(running, receiver.url(), secret=receiver.secret)
    receiver.behave = status(500)
    sent = [str(await running.outbox.record(joined(clock, number))) for number in range(5)]
    while not running.lanes.health.is_failing(1):
        await passed(running, clock, 5)

    clock.set_by(-HOUR)
    receiver.behave = status(200)
    await noticed(running, clock, 300)
    await passed(running, clock, 600)

    await judged(running.database, receiver, acknowledged=sent, told="")
    assert set(receiver.ids()) == set(sent)


async def test_every_attempt_is_signed_with_the_time_of_day(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0)
    await failed_so_often(running, receiver, clock, 1)
    clock.set_by(240)
    await passed(running, clock, 5)

    stamps = [request.stamp for request in receiver.requests]
    assert stamps == [int(START.timestamp()), int(clock.now().timestamp())]
    assert stamps[1] - stamps[0] == 245
