"""Rate limits: exactly so many attempts a minute, and nobody else waits for them."""

import pytest

from bot.clock import ManualClock, to_ms
from tests.conftest import OpenEmitter
from tests.integration.delivery.answering_endpoints import limit_rate, send, welcome
from tests.integration.delivery.conftest import LogLine
from tests.support.emitter_idle import quiet
from tests.support.receiver import Receiver
from tests.support.rows import attempts


@pytest.mark.parametrize(("limit", "burst"), [(60, 1), (120, 2)])
async def test_a_rate_limit_lets_exactly_so_many_go(
    emitter: OpenEmitter,
    receiver: Receiver,
    clock: ManualClock,
    told: list[LogLine],
    limit: int,
    burst: int,
) -> None:
    running = await emitter(per_endpoint_waiting=16)
    slow, other = await welcome(running, receiver, "/slow", "/other")
    await limit_rate(running, slow, limit)
    sent = await send(running, clock, (slow,), 40)
    await send(running, clock, (other,), 40)
    await quiet(running)

    assert len(receiver.at("/other")) == 1 + 40
    began, step = to_ms(clock.now()), 60_000 / (limit - burst + 1)
    for gone in range(burst, 40):
        assert len(receiver.at("/slow")) == 1 + gone
        assert running.lanes.slots.held(slow.id) == 0
        due = running.claims.next_due()
        assert due is not None
        assert due - began == -(-(gone - burst + 1) * step // 1)
        clock.advance((due - to_ms(clock.now()) - 1) / 1000)
        await quiet(running)
        assert len(receiver.at("/slow")) == 1 + gone
        clock.advance(0.001)
        await quiet(running)

    assert receiver.ids("/slow")[1:] == sent
    tried = await attempts(running.database)
    assert [(number, code, error) for _, number, code, error in tried] == [(1, 200, None)] * 82
    assert {line["endpoint"] for line in told if line["event"] == "lane.limited"} == {slow.id}


async def test_a_rate_limit_that_is_lifted_lets_all_go(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    (endpoint,) = await welcome(running, receiver, "/hook")
    await limit_rate(running, endpoint, 1)
    sent = await send(running, clock, (endpoint,), 30)
    await quiet(running)
    assert len(receiver.requests) == 2

    await limit_rate(running, endpoint, None)

    assert sorted((await receiver.has(31))[1:]) == sorted(sent)


async def test_a_clock_that_jumps_to_what_is_due_next_sends_all_that_is_limited(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    (endpoint,) = await welcome(running, receiver, "/hook")
    await limit_rate(running, endpoint, 6)
    await send(running, clock, (endpoint,), 10)
    await quiet(running)
    began = clock.now()

    while len(receiver.requests) < 11:
        assert clock.jump() is not None
        await quiet(running)

    assert (clock.now() - began).total_seconds() == 90
    assert all(error is None for _, _, _, error in await attempts(running.database))
