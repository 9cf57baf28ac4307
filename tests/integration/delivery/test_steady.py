"""A dialect that never switches off keeps its schedule, however its receiver fares."""

import os
from collections import defaultdict
from itertools import pairwise

import pytest

from bot.clock import ManualClock, to_ms
from bot.delivery.emitter import Emitter
from bot.outbox.tables import DeliveryState, attempt
from tests.conftest import OpenEmitter
from tests.integration.delivery.answering_endpoints import send
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import GUILD, add_endpoint, joined
from tests.support.receiver import Receiver, hang, status
from tests.support.rows import rows, states

DEAD, DELIVERED, PENDING = DeliveryState.FAILED, DeliveryState.DELIVERED, DeliveryState.PENDING
WAITS = (30, 60, 120, 240)
LIFE = sum(WAITS)
DAY = 1_440
SOAK = os.environ.get("HERALD_SOAK") == "1"


async def waits(emitter: Emitter) -> list[list[float]]:
    """Of every delivery the seconds from each attempt to the next."""
    moments: defaultdict[int, list[int]] = defaultdict(list)
    for row in await rows(emitter.database, attempt):
        moments[row["delivery_id"]].append(to_ms(row["started_at"]))
    return [
        [(then - before) / 1000 for before, then in pairwise(tried)] for tried in moments.values()
    ]


@pytest.mark.parametrize("minutes", [20, DAY] if SOAK else [20])
async def test_an_event_a_minute_against_a_dead_receiver_ends_dead_on_time(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock, minutes: int
) -> None:
    running = await emitter(jitter=0)
    await add_endpoint(running, receiver.url(), secret=receiver.secret, dialect="vektor")
    receiver.behave = status(500)

    for number in range(minutes):
        await running.outbox.record(joined(clock, number))
        for _ in range(2):
            await quiet(running)
            clock.advance(30)
    await quiet(running)

    found = list((await states(running.database)).values())
    young = LIFE // 60 + 1  # have some of their attempts before them
    assert found == [DEAD] * (minutes - young + 1) + [PENDING] * (young - 1)
    seen = await waits(running)
    assert seen[: minutes - young] == [list(WAITS)] * (minutes - young)
    numbers = [r.headers["X-Attempt"] for r in receiver.requests if r.id == receiver.ids()[0]]
    assert numbers == ["1", "2", "3", "4", "5"]


async def test_a_crowd_that_waits_for_a_failing_receiver_comes_a_few_at_a_time(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0, total_timeout=50.0)
    endpoint, _ = await add_endpoint(
        running, receiver.url(), secret=receiver.secret, dialect="vektor"
    )
    receiver.behave = status(500)
    await send(running, clock, (endpoint,), 60)
    await quiet(running)
    assert len(receiver.requests) == 60  # not one of them waits for the health of the receiver

    receiver.most_in_flight.clear()
    receiver.behave = hang
    clock.advance(30)
    await receiver.until(lambda: receiver.in_flight["/hook"] == 4)
    receiver.behave = status(200)
    receiver.let_go.set()
    await receiver.has(120)
    await quiet(running)
    assert receiver.most_in_flight["/hook"] <= 16
    assert set((await states(running.database)).values()) == {DELIVERED}


async def test_one_that_fails_keeps_its_schedule_over_a_restart(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    first = await emitter(jitter=0)
    await add_endpoint(first, receiver.url(), secret=receiver.secret, dialect="vektor")
    receiver.behave = status(500)
    for number in range(8):
        await first.outbox.record(joined(clock, number, guild_id=GUILD))
    await quiet(first)
    await first.stop()

    second = await emitter(jitter=0)
    for wait in WAITS:
        clock.advance(wait)
        await quiet(second)

    assert set((await states(second.database)).values()) == {DEAD}
    assert await waits(second) == [list(WAITS)] * 8
