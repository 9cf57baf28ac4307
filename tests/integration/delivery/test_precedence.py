"""Who goes first: security, then what was never tried, then retries; held ones by their age."""

import asyncio
from collections.abc import Sized

from bot.catalogue.security import AuditEntry
from bot.clock import ManualClock
from bot.outbox.tables import DeliveryState, EndpointState
from tests.conftest import OpenEmitter
from tests.integration.delivery.answering_endpoints import held_by, send, welcome
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import change_state, joined
from tests.support.loops import turn
from tests.support.patience import PATIENCE
from tests.support.receiver import Receiver, status
from tests.support.rows import attempts, states

LONG = 50.0  # seconds for an attempt: longer than any of these tests


async def test_security_goes_first_and_retries_last(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0, per_endpoint_in_flight=1, total_timeout=LONG)
    (endpoint,) = await welcome(running, receiver, "/hook")
    receiver.behave = status(500)
    (retried,) = await send(running, clock, (endpoint,), 1)
    await quiet(running)
    gate = asyncio.Event()
    receiver.behave = held_by(gate)
    (first,) = await send(running, clock, (endpoint,), 1)
    await receiver.has(3)
    clock.advance(5)
    await waiting(running.lanes.ready, 1)

    fresh = [(await send(running, clock, (endpoint,), 1))[0] for _ in range(3)]
    alert = str(await running.outbox.record(AuditEntry.sample(endpoint.guild_id)))
    gate.set()

    assert (await receiver.has(8))[2:] == [first, alert, *fresh, retried]


async def waiting(ready: Sized, count: int) -> None:
    """Return once that many wait in memory."""
    async with asyncio.timeout(PATIENCE):
        while len(ready) != count:
            await turn()


async def test_what_was_held_goes_oldest_first_retries_included(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0, per_endpoint_in_flight=1)
    (endpoint,) = await welcome(running, receiver, "/hook")
    receiver.behave = status(500)
    held = await send(running, clock, (endpoint,), 1)
    await quiet(running)
    await change_state(running, endpoint.id, EndpointState.PAUSED)
    for _ in range(5):
        clock.advance(3)
        held += await send(running, clock, (endpoint,), 1)

    receiver.behave = status(200)
    await change_state(running, endpoint.id, EndpointState.ACTIVE)

    assert (await receiver.has(8))[2:] == held


async def test_security_passes_a_queue_that_does_not_fit_into_memory(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(per_endpoint_in_flight=1, per_endpoint_waiting=4, total_timeout=LONG)
    (endpoint,) = await welcome(running, receiver, "/hook")
    gate = asyncio.Event()
    receiver.behave = held_by(gate)
    sent = [(await send(running, clock, (endpoint,), 1))[0] for _ in range(12)]
    await receiver.has(2)

    alert = str(await running.outbox.record(AuditEntry.sample(endpoint.guild_id)))
    assert len(running.lanes.ready) == 4
    gate.set()

    assert (await receiver.has(14))[1:] == [sent[0], alert, *sent[1:]]
    await quiet(running)
    assert [number for _, number, _, _ in await attempts(running.database)] == [1] * 14


async def test_a_transaction_that_emits_more_than_a_lane_holds_keeps_the_bound(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(per_endpoint_in_flight=1, total_timeout=LONG)
    (endpoint,) = await welcome(running, receiver, "/hook")
    gate = asyncio.Event()
    receiver.behave = held_by(gate)

    async with running.database.transaction() as tx:
        facts = [joined(clock, number, guild_id=endpoint.guild_id) for number in range(100)]
        sent = [str(await running.outbox.emit(tx, fact)) for fact in facts]
    leased = list((await states(running.database)).values()).count(DeliveryState.DELIVERING)

    assert leased == len(running.lanes.ready) + 1 == 64
    gate.set()
    assert (await receiver.has(101))[1:] == sent


async def test_not_even_security_ends_the_probing_that_an_earlier_process_began(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    first = await emitter(jitter=0)
    (endpoint,) = await welcome(first, receiver, "/hook")
    receiver.behave = status(404)
    await send(first, clock, (endpoint,), 20)
    await quiet(first)
    await first.stop()
    second = await emitter(jitter=0)
    await quiet(second)
    tried = len(receiver.requests)

    for _ in range(3):
        await second.outbox.record(AuditEntry.sample(endpoint.guild_id))
    await quiet(second)

    assert len(receiver.requests) == tried
    clock.advance(5)
    await quiet(second)
    assert len(receiver.requests) == tried + 1
