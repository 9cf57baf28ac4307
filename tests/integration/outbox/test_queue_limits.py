"""What waits for an endpoint that receives is bounded too: what falls out failed, and is told."""

from datetime import timedelta

import pytest

from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.features.audit.service import AuditService
from bot.outbox.endpoints import Endpoint
from bot.outbox.held_limits import RUN_UP, QueueBounds, WaitingDeliveries
from bot.outbox.tables import DeliveryState
from bot.storage.database import Transaction
from tests.conftest import OpenEmitter
from tests.integration.delivery.answering_endpoints import limit_rate, send, welcome
from tests.integration.outbox.test_held_limits import MEMBERS, many, told
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import add_endpoint
from tests.support.old_deliveries import run
from tests.support.receiver import SECRET, Receiver
from tests.support.rows import rows, states

DAY = timedelta(days=1).total_seconds()
HOUR = timedelta(hours=1).total_seconds()
DELIVERED, FAILED, PENDING = DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.PENDING
BOUNDS = QueueBounds(most=40, longest=timedelta(days=7))
OVERFLOWED = "endpoint.queued_too_long"


@pytest.fixture
async def running(emitter: OpenEmitter) -> Emitter:
    """An emitter that sends nothing: only what waits is looked at."""
    return await emitter(start=False)


async def sweeper(running: Emitter, noticed: list[str]) -> WaitingDeliveries:
    """Retention that has run for long enough, and the names of those of whom owners were told."""
    audit = AuditService(running.outbox, running.clock)
    waiting = WaitingDeliveries(running.database, audit, queue=BOUNDS)

    async def notice(_tx: Transaction, endpoint: Endpoint) -> None:
        noticed.append(endpoint.name)

    waiting.on_fell_out = notice
    assert await run(waiting.prune(running.clock.now() - RUN_UP)) == 0
    return waiting


async def test_too_many_that_wait_fail_oldest_first_and_the_owner_is_told(
    running: Emitter, receiver: Receiver, clock: ManualClock
) -> None:
    noticed: list[str] = []
    endpoint, _ = await add_endpoint(running, receiver.url(), patterns=MEMBERS, secret=SECRET)
    waiting = await sweeper(running, noticed)
    ids = await many(running.database, endpoint, PENDING, 52, clock.now())

    assert await run(waiting.prune(clock.now())) == 12

    found = await rows(running.database)
    gone = [row for row in found if row["state"] == FAILED]
    assert [row["id"] for row in gone] == ids[:12]
    assert {row["reason"] for row in gone} == {"queued_too_long"}
    assert {row["settled_at"] for row in gone} == {clock.now()}
    assert noticed == ["backend"]
    ((kind, context),) = await told(running.database)
    assert (kind, context) == (OVERFLOWED, {"name": "backend", "count": 12})


async def test_what_has_been_due_for_too_long_fails(
    running: Emitter, receiver: Receiver, clock: ManualClock
) -> None:
    endpoint, _ = await add_endpoint(running, receiver.url(), patterns=MEMBERS, secret=SECRET)
    waiting = await sweeper(running, [])
    old = await many(running.database, endpoint, PENDING, 3, clock.now() - timedelta(days=9))
    young = await many(running.database, endpoint, PENDING, 3, clock.now() - timedelta(days=6))

    assert await run(waiting.prune(clock.now())) == 3

    assert await states(running.database) == dict.fromkeys(old, FAILED) | dict.fromkeys(
        young, PENDING
    )


async def test_an_owner_is_told_once_a_day_while_it_lasts(
    running: Emitter, receiver: Receiver, clock: ManualClock
) -> None:
    noticed: list[str] = []
    endpoint, _ = await add_endpoint(running, receiver.url(), patterns=MEMBERS, secret=SECRET)
    waiting = await sweeper(running, noticed)
    for _ in range(25):
        await many(running.database, endpoint, PENDING, 41, clock.now())
        assert await run(waiting.prune(clock.now())) > 0
        clock.advance(HOUR)

    assert noticed == ["backend"] * 2
    assert [kind for kind, _ in await told(running.database)] == [OVERFLOWED] * 2


async def test_what_waited_while_the_machine_was_off_goes_out_first(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(start=False)
    endpoint, _ = await add_endpoint(running, receiver.url(), patterns=MEMBERS, secret=SECRET)
    await many(running.database, endpoint, PENDING, 50, clock.now() - timedelta(days=30))
    waiting = WaitingDeliveries(
        running.database, AuditService(running.outbox, clock), queue=QueueBounds(most=40)
    )

    assert await run(waiting.prune(clock.now())) == 0
    await running.start()
    await receiver.has(50)
    await quiet(running)
    clock.advance(HOUR)

    assert await run(waiting.prune(clock.now())) == 0
    assert set((await states(running.database)).values()) == {DELIVERED}


async def test_a_rate_limit_below_what_comes_is_bounded_and_the_rest_arrives(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0)
    (endpoint,) = await welcome(running, receiver, "/hook")
    await limit_rate(running, endpoint, 1)
    waiting = await sweeper(running, [])
    sent = await send(running, clock, (endpoint,), 60)
    await quiet(running)

    gone = await run(waiting.prune(clock.now()))
    for _ in range(60):
        clock.advance(60)
        await quiet(running)

    found = list((await states(running.database)).values())
    assert gone == found.count(FAILED) > 0
    assert PENDING not in found
    assert len(set(sent) & set(receiver.ids())) == len(sent) - gone
