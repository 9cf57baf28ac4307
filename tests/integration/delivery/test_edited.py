"""What an old address answered says nothing about the new one; and a test goes first."""

from collections.abc import Mapping
from uuid import uuid4

import pytest
from aiohttp import web

from bot.catalogue.test import TestPing
from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.outbox import endpoint_store
from bot.outbox.endpoint_registry import EndpointEdit
from bot.outbox.endpoints import Endpoint
from bot.outbox.hot import SETTLE
from bot.outbox.rows import LeasedDelivery
from bot.outbox.tables import DeliveryState, EndpointState
from bot.outbox.tables import endpoint as table
from bot.storage.database import Database
from tests.conftest import OpenEmitter
from tests.integration.delivery.answering_endpoints import send, welcome
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import add_endpoint, change_state
from tests.support.receiver import Receiver, hang, status
from tests.support.rows import NOW, add, attempts, make_endpoint, outcome, plan, rows, states

DELIVERED, DELIVERING = DeliveryState.DELIVERED, DeliveryState.DELIVERING
FAILED = DeliveryState.FAILED


async def edit(
    running: Emitter, url: str, *, headers: Mapping[str, str] | None = None, name: str = "backend"
) -> Endpoint:
    """What an admin's edit leaves."""
    (seen,) = running.lanes.index.all()
    draft = EndpointEdit(name, url, "", headers or {})
    async with running.database.transaction() as tx:
        edited = await running.registry.edit(tx, seen, running.clock.now(), draft)
    assert edited is not None
    return edited


async def stored(running: Emitter) -> Endpoint:
    async with running.database.reading() as reading:
        (found,) = await endpoint_store.of_any_guild(reading)
    return found


async def send_test(running: Emitter) -> str:
    """What `/webhook test` does."""
    (endpoint,) = running.lanes.index.all()
    event = TestPing.sample(endpoint.guild_id)
    async with running.database.transaction() as tx:
        return str(await running.outbox.emit_to(tx, event, endpoint))


async def failing(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock, *, code: int = 500
) -> Emitter:
    """An endpoint at `/hook` that is probed: many failures, and 59 deliveries that wait."""
    running = await emitter(jitter=0)
    (endpoint,) = await welcome(running, receiver, "/hook")
    receiver.behave_at["/hook"] = status(code)
    await send(running, clock, (endpoint,), 60)
    await quiet(running)
    clock.advance(5)
    await quiet(running)
    assert running.lanes.is_probed(endpoint.id)
    return running


async def test_another_address_begins_with_a_clean_count_and_at_once(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await failing(emitter, receiver, clock)
    assert (await stored(running)).failures >= 5

    assert (await edit(running, receiver.url("/new"))).failures == 0
    await quiet(running)
    clock.advance(30)
    await quiet(running)

    assert len(receiver.at("/new")) == 60  # no gap of a probe between them
    assert (await stored(running)).failures == 0
    assert not running.lanes.is_probed(1)


@pytest.mark.parametrize("what", ["headers", "switched", "name"])
async def test_another_secret_or_header_is_another_address_and_another_name_is_not(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock, what: str
) -> None:
    running = await failing(emitter, receiver, clock)
    seen, now, secret = await stored(running), clock.now(), receiver.secret
    if what != "name":
        receiver.behave_at["/hook"] = status(200)  # what goes out anew must not fail anew
    async with running.database.transaction() as tx:
        if what == "switched":
            rotated = await running.registry.rotate(tx, seen, now)
            assert rotated is not None
            secret = rotated[1]
    if what == "switched":
        async with running.database.transaction() as tx:
            (waiting,) = running.lanes.index.all()
            assert waiting.failures == seen.failures
            receiver.secret = secret
            await running.registry.end_rotation(tx, waiting, now, switches=True)
    if what in ("headers", "name"):
        headers = {"X-Room": "blue"} if what == "headers" else None
        await edit(running, receiver.url("/hook"), headers=headers, name="other")

    after = await stored(running)
    changed = what != "name"
    assert (after.failures == 0, after.aim > seen.aim) == (changed, changed)
    assert running.lanes.is_probed(after.id) is not changed


async def test_a_410_of_the_old_address_does_not_switch_off_the_new_one(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0)
    url, secret = receiver.url("/old"), receiver.secret
    endpoint, _ = await add_endpoint(running, url, secret=secret, dialect="standard")
    receiver.behave_at["/old"] = gone_at_last
    (event_id,) = await send(running, clock, (endpoint,), 1)
    await receiver.has(1, "/old")

    await edit(running, receiver.url("/new"))
    receiver.let_go.set()
    await quiet(running)
    clock.advance(5)

    assert await receiver.has(1, "/new") == [event_id]
    await quiet(running)
    found = await stored(running)
    assert (found.state, found.failures) == (EndpointState.ACTIVE, 0)
    assert [n for _, n, _, _ in await attempts(running.database)] == [1, 1]
    assert [(row["state"], row["attempt"]) for row in await rows(running.database)] == [
        (DELIVERED, 1)
    ]


async def gone_at_last(receiver: Receiver, request: web.Request) -> web.StreamResponse:
    """Answer 410 once the receiver is told to let go."""
    await receiver.let_go.wait()
    return await status(410)(receiver, request)


async def test_what_began_before_the_edit_counts_nothing_in_the_row_either(
    database: Database,
) -> None:
    """Another process edits, and this one has not heard of it."""
    endpoint = await make_endpoint(database)
    ids = await add(database, *(plan(endpoint, state=DELIVERING) for _ in range(2)))
    old, new = (LeasedDelivery(one, 1, endpoint.id, uuid4(), "member.joined", b"") for one in ids)
    old.aim = endpoint.aim - 1
    failed = [outcome(old, FAILED, status=410), outcome(new, FAILED, status=404)]
    failed[0].retry_at = NOW + 60_000

    limits = {(endpoint.id, old.aim): 0, (endpoint.id, new.aim): 4}
    recorded, _ = await database.hot(SETTLE, failed, NOW, limits)

    (row,) = await rows(database, table)
    assert (recorded, row["failures"], row["last_error"]) == (set(ids), 1, "HTTP 404")
    assert row["retry_at"] is None


async def test_a_test_goes_before_all_that_waits_and_before_the_next_probe(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await failing(emitter, receiver, clock)
    tried = len(receiver.requests)
    receiver.behave_at["/hook"] = status(200)

    event_id = await send_test(running)
    assert (await receiver.has(tried + 1))[tried] == event_id
    clock.advance(30)
    await quiet(running)

    assert set((await states(running.database)).values()) == {DELIVERED}


async def test_a_test_does_not_wait_behind_a_probe_that_hangs(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await failing(emitter, receiver, clock)
    receiver.behave_at["/hook"] = hang
    tried = len(receiver.requests)
    clock.advance(300)
    await receiver.has(tried + 1)

    event_id = await send_test(running)

    assert (await receiver.has(tried + 2))[tried + 1] == event_id
    receiver.let_go.set()
    await quiet(running)


async def test_a_test_of_a_paused_endpoint_goes_first_when_it_is_resumed(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0, per_endpoint_in_flight=1)
    (endpoint,) = await welcome(running, receiver, "/hook")
    await change_state(running, endpoint.id, EndpointState.PAUSED)
    held = await send(running, clock, (endpoint,), 80)
    clock.advance(60)
    event_id = await send_test(running)
    await change_state(running, endpoint.id, EndpointState.ACTIVE)

    assert (await receiver.has(82))[1:] == [event_id, *held]
