"""Pausing, disabling, auto-disabling: what is held, and how it goes out again."""

import asyncio

import pytest

from bot.catalogue.security import AuditDraft
from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.features.audit.service import AuditService
from bot.outbox import endpoint_store
from bot.outbox.endpoints import Endpoint
from bot.outbox.tables import DeliveryState, EndpointState
from bot.storage.database import Transaction
from tests.conftest import OpenEmitter
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import GUILD, add_endpoint, change_state, joined
from tests.support.receiver import Receiver, hang, status
from tests.support.rows import attempts, event_ids, rows, states

DELIVERED, FAILED = DeliveryState.DELIVERED, DeliveryState.FAILED
MISSED, PENDING = DeliveryState.MISSED, DeliveryState.PENDING


async def stored(emitter: Emitter, endpoint: Endpoint) -> Endpoint:
    async with emitter.database.reading() as reading:
        found = await endpoint_store.by_id(reading, endpoint.id)
    assert found is not None
    return found


async def fail_until_disabled(
    emitter: Emitter, receiver: Receiver, clock: ManualClock, times: int
) -> None:
    """One failed attempt after the other, each at its probe's moment."""
    for number in range(times):
        await receiver.has(number + 1)
        await quiet(emitter)
        clock.advance(301)


async def test_thirty_failures_in_a_row_disable_an_endpoint(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0, per_endpoint_in_flight=1)
    endpoint, _ = await add_endpoint(running, receiver.url(), secret=receiver.secret)
    receiver.behave = status(404)
    sent = [str(await running.outbox.record(joined(clock, n))) for n in range(40)]

    await fail_until_disabled(running, receiver, clock, 30)
    await quiet(running)

    assert len(receiver.requests) == 30
    found = await stored(running, endpoint)
    assert (found.state, found.failures) == (EndpointState.AUTO_DISABLED, 30)
    assert found.last_error == "HTTP 404"
    assert running.lanes.index.get(endpoint.id) == found
    kept = list((await states(running.database)).values())
    assert (kept.count(FAILED), kept.count(PENDING)) == (30, 10)

    await running.outbox.record(joined(clock, 99))
    clock.advance(86_400)
    await quiet(running)
    assert len(receiver.requests) == 30
    assert list((await states(running.database)).values())[-1] is MISSED

    receiver.behave = status(200)
    await change_state(running, endpoint.id, EndpointState.ACTIVE)
    await receiver.has(40)
    await quiet(running)
    assert receiver.ids()[30:] == [one for one in sent if one not in receiver.ids()[:30]]
    assert (await stored(running, endpoint)).failures == 0


async def test_a_success_between_starts_the_count_again(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0, disable_after=3)
    endpoint, _ = await add_endpoint(running, receiver.url(), secret=receiver.secret)

    for number, code in enumerate([500, 404, 200, 500, 404, 200], start=1):
        receiver.behave = status(code)
        await running.outbox.record(joined(clock, number))
        await receiver.has(number)
        await quiet(running)

    found = await stored(running, endpoint)
    assert (found.state, found.failures) == (EndpointState.ACTIVE, 0)


async def test_enabling_by_hand_gives_a_whole_row_of_tries_again(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0, disable_after=2)
    endpoint, _ = await add_endpoint(running, receiver.url(), secret=receiver.secret)
    receiver.behave = status(404)

    for number in range(2):
        await running.outbox.record(joined(clock, number))
        await receiver.has(number + 1)
        await quiet(running)
    assert (await stored(running, endpoint)).state is EndpointState.AUTO_DISABLED
    await change_state(running, endpoint.id, EndpointState.ACTIVE)
    await running.outbox.record(joined(clock, 3))
    await receiver.has(3)
    await quiet(running)

    found = await stored(running, endpoint)
    assert (found.state, found.failures) == (EndpointState.ACTIVE, 1)


async def test_the_audit_entry_shares_the_transaction_that_disables(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0, disable_after=2)
    audit = AuditService(running.outbox, clock)
    seen: list[tuple[EndpointState, EndpointState, int]] = []

    async def told(tx: Transaction, endpoint: Endpoint) -> None:
        inside = await endpoint_store.by_id(tx, endpoint.id)
        assert inside is not None
        outside = await asyncio.create_task(stored(running, endpoint))
        seen.append((inside.state, outside.state, endpoint.failures))
        draft = AuditDraft(GUILD, "endpoint.auto_disabled", "Switched off.", "endpoint")
        await audit.write(tx, draft)

    running.settler.on_auto_disabled = told
    receiver.behave_at["/bad"] = status(404)
    bad, secret = receiver.url("/bad"), receiver.secret
    await add_endpoint(running, bad, name="bad", patterns=("member.*",), secret=secret)
    log = receiver.url("/log")
    await add_endpoint(running, log, name="log", patterns=("security.*",), secret=secret)

    for number in range(2):
        await running.outbox.record(joined(clock, number))
        await receiver.has(number + 1, "/bad")
        await quiet(running)

    assert seen == [(EndpointState.AUTO_DISABLED, EndpointState.ACTIVE, 2)]
    await receiver.has(1, "/log")
    (entry,) = receiver.at("/log")
    assert entry.json["data"]["event_type"] == "endpoint.auto_disabled"
    assert len(await event_ids(running.database)) == 3


async def test_a_pause_holds_what_waits_and_counts_nothing(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0, per_endpoint_in_flight=1)
    endpoint, _ = await add_endpoint(running, receiver.url(), secret=receiver.secret)
    receiver.behave = hang
    sent = [str(await running.outbox.record(joined(clock, n))) for n in range(6)]
    await receiver.has(1)

    await change_state(running, endpoint.id, EndpointState.PAUSED)
    receiver.behave = status(200)
    receiver.let_go.set()
    await quiet(running)
    clock.advance(86_400)
    await quiet(running)

    assert receiver.ids() == sent[:1]
    assert list((await states(running.database)).values()) == [DELIVERED, *[PENDING] * 5]
    assert len(await attempts(running.database)) == 1

    await change_state(running, endpoint.id, EndpointState.ACTIVE)
    assert await receiver.has(6) == sent
    await quiet(running)
    assert set((await states(running.database)).values()) == {DELIVERED}
    assert [number for _, number, _, _ in await attempts(running.database)] == [1] * 6


async def test_a_paused_endpoints_retry_is_held_too(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0)
    endpoint, _ = await add_endpoint(running, receiver.url(), secret=receiver.secret)
    receiver.behave = status(503)
    await running.outbox.record(joined(clock))
    await receiver.has(1)
    await quiet(running)

    await change_state(running, endpoint.id, EndpointState.PAUSED)
    clock.advance(3_600)
    await quiet(running)
    assert len(receiver.requests) == 1
    receiver.behave = status(200)
    await change_state(running, endpoint.id, EndpointState.ACTIVE)

    await receiver.has(2)
    await quiet(running)
    (row,) = await rows(running.database)
    assert (row["state"], row["attempt"]) == (DELIVERED, 2)


async def test_a_deleted_endpoints_queue_goes_with_it(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(per_endpoint_in_flight=1)
    endpoint, _ = await add_endpoint(running, receiver.url(), secret=receiver.secret)
    receiver.behave = hang
    for number in range(5):
        await running.outbox.record(joined(clock, number))
    await receiver.has(1)

    async with running.database.transaction() as tx:
        assert await running.registry.delete(tx, endpoint)
    receiver.let_go.set()
    await quiet(running)

    assert len(receiver.requests) == 1
    assert await rows(running.database) == []
    assert await running.outbox.record(joined(clock)) is None


@pytest.mark.parametrize("state", [EndpointState.PAUSED, EndpointState.DISABLED])
async def test_a_held_queue_survives_a_restart(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock, state: EndpointState
) -> None:
    first = await emitter(per_endpoint_in_flight=1)
    endpoint, _ = await add_endpoint(first, receiver.url(), secret=receiver.secret)
    await change_state(first, endpoint.id, EndpointState.PAUSED)
    sent = [str(await first.outbox.record(joined(clock, n))) for n in range(3)]
    if state is EndpointState.DISABLED:
        await change_state(first, endpoint.id, state)
    await first.stop()

    second = await emitter(per_endpoint_in_flight=1)
    await quiet(second)
    assert receiver.requests == []
    await change_state(second, endpoint.id, EndpointState.ACTIVE)

    assert await receiver.has(3) == sent


async def test_half_of_the_failures_warn_once_in_a_row(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    """One row of them, however it is cut into groups; after a success the next row warns too."""
    running = await emitter(jitter=0, disable_after=5, settle_linger_ms=20)
    endpoint, _ = await add_endpoint(running, receiver.url(), secret=receiver.secret)
    warned: list[tuple[EndpointState, int]] = []

    async def warn(tx: Transaction, found: Endpoint) -> None:
        assert found == await endpoint_store.by_id(tx, endpoint.id)
        warned.append((found.state, found.failures))

    running.settler.on_halfway = warn
    await running.outbox.record(joined(clock))
    await quiet(running)  # no longer on probation: several go at once
    for behave, times in ((404, 2), (200, 1), (404, 1), (404, 3), (200, 1), (404, 4)):
        receiver.behave = status(behave)
        await asyncio.gather(*(running.outbox.record(joined(clock, n)) for n in range(times)))
        await quiet(running)

    assert [state for state, _ in warned] == [EndpointState.ACTIVE] * 2
    assert all(3 <= failures <= 4 for _, failures in warned)
    assert (await stored(running, endpoint)).failures == 4


async def test_a_group_that_goes_past_half_and_the_end_only_ends(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0, disable_after=2, settle_linger_ms=50)
    endpoint, _ = await add_endpoint(running, receiver.url(), secret=receiver.secret)
    told: list[str] = []

    async def warn(_tx: Transaction, _found: Endpoint) -> None:
        told.append("half")

    async def end(_tx: Transaction, _found: Endpoint) -> None:
        told.append("end")

    running.settler.on_halfway, running.settler.on_auto_disabled = warn, end
    await running.outbox.record(joined(clock))
    await quiet(running)
    receiver.behave = status(404)
    await asyncio.gather(*(running.outbox.record(joined(clock, n)) for n in range(2)))
    await quiet(running)

    assert told[-1] == "end"
    assert (await stored(running, endpoint)).state is EndpointState.AUTO_DISABLED
