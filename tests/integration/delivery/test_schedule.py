"""A day of retries in no time: each attempt at its step, none before, and none after the last."""

import pytest

from bot.clock import ManualClock, to_ms
from bot.outbox.tables import DeliveryState
from tests.conftest import OpenEmitter
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import add_endpoint, joined
from tests.support.receiver import Receiver, redirect, reset, status
from tests.support.rows import attempts, rows

STEPS = (5, 30, 180, 1_800, 14_400, 43_200)


async def test_seven_attempts_at_their_steps_and_then_none(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0)
    await add_endpoint(running, receiver.url(), secret=receiver.secret)
    receiver.behave = status(500)
    event_id = str(await running.outbox.record(joined(clock)))

    for number, step in enumerate(STEPS, start=1):
        await receiver.has(number)
        await quiet(running)
        assert running.claims.next_due() == to_ms(clock.now()) + step * 1_000
        clock.advance(step - 0.001)
        await quiet(running)
        assert len(receiver.requests) == number
        clock.advance(0.001)
    await receiver.has(7)
    await quiet(running)

    (row,) = await rows(running.database)
    assert (row["state"], row["attempt"]) == (DeliveryState.FAILED, 7)
    assert row["reason"] == "HTTP 500, after 7 attempts"
    assert [number for _, number, _, _ in await attempts(running.database)] == [*range(1, 8)]
    assert running.claims.next_due() is None
    clock.advance(100 * 86_400)
    await quiet(running)
    assert receiver.ids() == [event_id] * 7
    assert len({r.body for r in receiver.requests}) == 1
    starts = [r.stamp - receiver.requests[0].stamp for r in receiver.requests]
    assert starts == [sum(STEPS[:n]) for n in range(7)]


@pytest.mark.parametrize("code", [400, 401, 404, 410])
async def test_a_refusal_fails_at_once(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock, code: int
) -> None:
    running = await emitter()
    await add_endpoint(running, receiver.url(), secret=receiver.secret)
    receiver.behave = status(code)

    await running.outbox.record(joined(clock))
    await receiver.has(1)
    await quiet(running)

    (row,) = await rows(running.database)
    assert (row["state"], row["reason"]) == (DeliveryState.FAILED, f"HTTP {code}")
    assert row["settled_at"] == clock.now()
    assert await attempts(running.database) == [(row["id"], 1, code, None)]
    assert running.claims.next_due() is None


async def test_a_redirect_is_not_followed(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    await add_endpoint(running, receiver.url(), secret=receiver.secret)
    receiver.behave = redirect(receiver.url("/elsewhere"))

    await running.outbox.record(joined(clock))
    await receiver.has(1)
    await quiet(running)

    (row,) = await rows(running.database)
    assert (row["state"], row["reason"]) == (DeliveryState.FAILED, "HTTP 302")
    assert [r.path for r in receiver.requests] == ["/hook"]


async def test_a_torn_connection_is_tried_again(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0)
    await add_endpoint(running, receiver.url(), secret=receiver.secret)
    receiver.behave = reset

    await running.outbox.record(joined(clock))
    await receiver.has(1)
    await quiet(running)
    receiver.behave = status(204)
    clock.advance(5)
    await receiver.has(2)
    await quiet(running)

    (row,) = await rows(running.database)
    assert (row["state"], row["attempt"]) == (DeliveryState.DELIVERED, 2)
    assert await attempts(running.database) == [
        (row["id"], 1, None, "connection"),
        (row["id"], 2, 204, None),
    ]


async def test_retry_after_is_heeded(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0)
    await add_endpoint(running, receiver.url(), secret=receiver.secret)
    receiver.behave = status(429, {"Retry-After": "17"})

    await running.outbox.record(joined(clock))
    await receiver.has(1)
    await quiet(running)
    clock.advance(16.999)
    await quiet(running)
    assert len(receiver.requests) == 1
    clock.advance(0.001)

    await receiver.has(2)


async def test_jitter_comes_on_top_and_is_at_most_a_tenth(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0.1, disable_after=1_000)
    receiver.behave = status(500)
    for number in range(4):
        url = receiver.url(f"/{number}")
        await add_endpoint(running, url, name=str(number), secret=receiver.secret)
    for number in range(4):
        await running.outbox.record(joined(clock, number))
    await receiver.has(16)
    await quiet(running)

    now = to_ms(clock.now())
    waits = [to_ms(row["due_at"]) - now for row in await rows(running.database)]
    assert all(5_000 <= wait <= 5_500 for wait in waits)
    assert len(set(waits)) > 1
