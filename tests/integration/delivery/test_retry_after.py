"""Retry-After is the receiver's word for itself: nothing of it is sent sooner."""

import pytest

from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.outbox import endpoint_store
from bot.outbox.endpoints import Endpoint
from bot.outbox.tables import DeliveryState
from tests.conftest import OpenEmitter
from tests.integration.delivery.answering_endpoints import send, welcome
from tests.integration.delivery.test_edited import edit, send_test
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import add_endpoint, config_for
from tests.support.loops import turn
from tests.support.receiver import Receiver, status
from tests.support.rows import attempts, states

DELIVERED = DeliveryState.DELIVERED
WAIT = 20


async def asked(
    running: Emitter, receiver: Receiver, clock: ManualClock, code: int = 429
) -> Endpoint:
    """An endpoint whose receiver has just asked for 20 seconds."""
    (endpoint,) = await welcome(running, receiver, "/hook")
    receiver.behave_at["/hook"] = status(code, {"Retry-After": str(WAIT)})
    await send(running, clock, (endpoint,), 1)
    await receiver.has(2)
    await quiet(running)
    receiver.behave_at["/hook"] = status(200)
    return endpoint


@pytest.mark.parametrize("code", [429, 503])
async def test_nothing_else_is_sent_to_it_sooner_and_nothing_is_counted(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock, code: int
) -> None:
    running = await emitter(jitter=0)
    endpoint = await asked(running, receiver, clock, code)

    sent = await send(running, clock, (endpoint,), 30)
    for _ in range(WAIT - 1):
        clock.advance(1)
        await quiet(running)
    clock.advance(0.999)
    await quiet(running)
    assert len(receiver.requests) == 2
    async with running.database.reading() as reading:
        (row,) = await endpoint_store.of_any_guild(reading)
    assert row.failures == 1

    clock.advance(0.001)
    assert set((await receiver.has(33))[2:]) >= set(sent)
    await quiet(running)
    assert set((await states(running.database)).values()) == {DELIVERED}
    assert [number for _, number, _, _ in await attempts(running.database)].count(2) == 1


async def test_a_test_waits_for_it_too_and_then_goes_first(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0)
    endpoint = await asked(running, receiver, clock)
    await send(running, clock, (endpoint,), 30)
    event_id = await send_test(running)
    await quiet(running)
    assert len(receiver.requests) == 2

    clock.advance(WAIT)
    assert (await receiver.has(33))[2] == event_id


async def test_others_do_not_wait(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0)
    await asked(running, receiver, clock)
    url = receiver.url("/other")
    other, _ = await add_endpoint(running, url, name="other", guild_id=5, secret=receiver.secret)
    await send(running, clock, (other,), 3)
    await receiver.has(3, "/other")


async def test_a_probe_waits_for_it(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0, per_endpoint_in_flight=1)
    (endpoint,) = await welcome(running, receiver, "/hook")
    receiver.behave = status(500)
    await send(running, clock, (endpoint,), 30)
    await quiet(running)
    assert running.lanes.is_probed(endpoint.id)
    tried = len(receiver.requests)
    receiver.behave = status(429, {"Retry-After": "25"})
    clock.advance(5)
    await receiver.has(tried + 1)
    await quiet(running)

    clock.advance(24.999)  # the gap of the probe itself is ten seconds
    await quiet(running)
    assert len(receiver.requests) == tried + 1
    clock.advance(0.001)
    await receiver.has(tried + 2)


async def test_a_restart_does_not_forget_it(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    first = await emitter(jitter=0)
    endpoint = await asked(first, receiver, clock)
    await send(first, clock, (endpoint,), 3)
    await first.stop()

    second = await emitter(jitter=0)
    clock.advance(WAIT - 0.001)
    await quiet(second)
    assert len(receiver.requests) == 2
    clock.advance(0.001)
    await receiver.has(6)


async def test_another_process_hears_of_it(
    postgres_url: str, receiver: Receiver, clock: ManualClock
) -> None:
    one = await Emitter.open(config_for(postgres_url, jitter=0), clock)
    await one.start()
    other = await Emitter.open(config_for(postgres_url, jitter=0), clock)
    await other.start()
    endpoint = await asked(one, receiver, clock)
    await heard(other, endpoint)

    await send(other, clock, (endpoint,), 3)
    await quiet(other)
    assert len(receiver.requests) == 2
    clock.advance(WAIT)
    await receiver.has(6)
    await one.stop()
    await other.stop()


async def heard(other: Emitter, endpoint: Endpoint) -> None:
    """Return once that process knows until when to wait."""
    while not other.lanes.pace.held_until(endpoint.id):
        await turn()


async def test_another_address_did_not_ask_for_it(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0)
    endpoint = await asked(running, receiver, clock)
    sent = await send(running, clock, (endpoint,), 3)
    await edit(running, receiver.url("/new"))

    assert await receiver.has(3, "/new") == sent


async def test_vektor_does_not_heed_it(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0)
    url, secret = receiver.url(), receiver.secret
    endpoint, _ = await add_endpoint(running, url, secret=secret, dialect="vektor")
    receiver.behave = status(429, {"Retry-After": "3600"})
    for number in range(3):
        await send(running, clock, (endpoint,), 1)
        await receiver.has(number + 1)
