"""What waits for an endpoint that does not receive is bounded, and the person who looks is told."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.clock import ManualClock, to_ms
from bot.delivery.emitter import Emitter
from bot.features.audit.service import AuditService
from bot.features.audit.tables import audit_entry
from bot.outbox.endpoints import Endpoint
from bot.outbox.held_limits import MOST, WaitingDeliveries
from bot.outbox.requeue import Requeue
from bot.outbox.tables import DeliveryState, EndpointState, event
from bot.storage.database import Database
from tests.conftest import OpenEmitter
from tests.integration.endpoints.endpoints_env import deliveries_of
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import add_endpoint, change_state, config_for, joined
from tests.support.old_deliveries import run, whole
from tests.support.patience import PATIENCE
from tests.support.receiver import SECRET, Receiver
from tests.support.rows import add, plan, requeued, rows, states

DAY = 86_400.0
FAILED, MISSED, PENDING = DeliveryState.FAILED, DeliveryState.MISSED, DeliveryState.PENDING
MEMBERS = ("member.*",)
AT_ONCE = 500


def waiting_of(running: Emitter) -> WaitingDeliveries:
    return WaitingDeliveries(running.database, AuditService(running.outbox, running.clock))


async def one_in(running: Emitter, receiver: Receiver, state: EndpointState) -> Endpoint:
    """An endpoint in that state."""
    endpoint, _ = await add_endpoint(running, receiver.url(), patterns=MEMBERS, secret=SECRET)
    return await change_state(running, endpoint.id, state)


async def many(
    database: Database, endpoint: Endpoint, state: DeliveryState, count: int, at: datetime
) -> list[int]:
    """So many of that state, a millisecond apart, oldest first."""
    moments = [to_ms(at) + number for number in range(count)]
    ids: list[int] = []
    for start in range(0, count, AT_ONCE):
        some = moments[start : start + AT_ONCE]
        ids += await add(database, *(plan(endpoint, state=state, due_at=one) for one in some))
    return ids


async def told(database: Database) -> list[tuple[str, Mapping[str, Any]]]:
    """Type and context of every audit entry."""
    return [(row["event_type"], row["context"]) for row in await rows(database, audit_entry)]


async def test_paused_for_eight_days_the_oldest_fail_and_the_rest_goes_in_order(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    endpoint = await one_in(running, receiver, EndpointState.PAUSED)
    sent: list[str] = []
    for number in range(4):
        sent += [str(await running.outbox.record(joined(clock, number))) for _ in range(2)]
        clock.advance(2 * DAY + 60)
    assert await run(waiting_of(running).prune(clock.now())) == 2
    first, second, *rest = await rows(running.database)
    for row in (first, second):
        assert (row["state"], row["reason"]) == (FAILED, "held_too_long")
        assert (row["settled_at"], row["attempt"]) == (clock.now(), 0)
    assert {row["state"] for row in rest} == {PENDING}
    ((kind, context),) = await told(running.database)
    assert (kind, context["count"], context["name"]) == ("endpoint.held_too_long", 2, "backend")

    await change_state(running, endpoint.id, EndpointState.ACTIVE)
    assert await receiver.has(6) == sent[2:]
    await quiet(running)
    assert list((await states(running.database)).values()).count(DeliveryState.DELIVERED) == 6


async def test_one_sent_again_yesterday_is_not_old_however_old_its_event(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    endpoint = await one_in(running, receiver, EndpointState.PAUSED)
    await many(running.database, endpoint, FAILED, 3, clock.now() - timedelta(days=20))
    yesterday = to_ms(clock.now()) - 86_400_000
    await requeued(running.database, Requeue(endpoint.id, (FAILED,)), yesterday)
    assert await run(waiting_of(running).prune(clock.now())) == 0


async def test_one_that_was_on_its_way_is_held_since_the_pause(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(start=False)
    endpoint = await one_in(running, receiver, EndpointState.PAUSED)
    await many(running.database, endpoint, PENDING, 3, clock.now() - timedelta(days=20))
    clock.advance(7 * DAY)
    assert await run(waiting_of(running).prune(clock.now())) == 0
    clock.advance(DAY)
    assert await run(waiting_of(running).prune(clock.now())) == 3


async def test_too_many_held_ones_fail_oldest_first(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(start=False)
    endpoint = await one_in(running, receiver, EndpointState.DISABLED)
    ids = await many(running.database, endpoint, PENDING, MOST + 300, clock.now())
    assert await run(waiting_of(running).prune(clock.now())) == 300
    found = await states(running.database)
    assert [id for id in ids if found[id] is FAILED] == ids[:300]
    assert list(found.values()).count(PENDING) == MOST
    assert [(kind, context["count"]) for kind, context in await told(running.database)] == [
        ("endpoint.held_too_long", 300)
    ]
    assert await run(waiting_of(running).prune(clock.now())) == 0


@pytest.mark.thorough("thousands of rows")
async def test_missed_ones_beyond_the_bounds_go_with_their_events(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(start=False)
    endpoint = await one_in(running, receiver, EndpointState.DISABLED)
    long_ago = clock.now() - timedelta(days=8)
    await many(running.database, endpoint, MISSED, 150, long_ago)
    kept = await many(running.database, endpoint, MISSED, MOST + 20, clock.now())
    assert await run(waiting_of(running).prune(clock.now())) == 170
    assert sorted(await whole(running.database)) == kept[20:]
    assert len(await rows(running.database, event)) == MOST
    assert [(kind, context["count"]) for kind, context in await told(running.database)] == [
        ("endpoint.missed_let_go", 170)
    ]

    missed = (await deliveries_of(running).waiting(endpoint)).missed
    assert (missed.count, missed.since) == (MOST, clock.now() + timedelta(milliseconds=20))


async def test_a_missed_event_stays_for_whom_it_was_delivered_to(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(start=False)
    off = await one_in(running, receiver, EndpointState.DISABLED)
    on, _ = await add_endpoint(running, receiver.url(), name="on", patterns=MEMBERS)
    then = to_ms(clock.now()) - 8 * 86_400_000
    shared = plan(off, state=MISSED, due_at=then)
    shared.owed.append(plan(on, state=PENDING, due_at=then).owed[0])
    _, kept = await add(running.database, shared)
    assert await run(waiting_of(running).prune(clock.now())) == 1
    assert await whole(running.database) == {kept}


async def test_an_endpoint_that_stays_off_is_told_of_once_a_day(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(start=False)
    endpoint = await one_in(running, receiver, EndpointState.DISABLED)
    for hour in range(5 * 24, 8 * 24):
        await many(running.database, endpoint, MISSED, 1, clock.now() - timedelta(hours=hour))
    for _ in range(24):
        await run(waiting_of(running).prune(clock.now()))
        clock.advance(3600)
    assert len(await told(running.database)) == 2


async def test_what_is_replayed_between_two_steps_stays(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(start=False)
    endpoint = await one_in(running, receiver, EndpointState.DISABLED)
    await many(running.database, endpoint, MISSED, MOST + 400, clock.now())
    steps = waiting_of(running).prune(clock.now())
    gone = [await anext(steps) for _ in range(3)]  # two looks, one step
    replay = Requeue(endpoint.id, (MISSED,), limit=300)
    assert len(await requeued(running.database, replay, to_ms(clock.now()))) == 300
    assert sum(gone) + await run(steps) == 125
    found = list((await states(running.database)).values())
    assert (found.count(PENDING), found.count(MISSED)) == (300, MOST - 25)


async def test_two_processes_at_once_let_go_of_no_more_than_one(
    postgres_url: str, receiver: Receiver, clock: ManualClock
) -> None:
    one = await Emitter.open(config_for(postgres_url), clock)
    other = await Emitter.open(config_for(postgres_url), clock)
    endpoint = await one_in(one, receiver, EndpointState.DISABLED)
    await many(one.database, endpoint, MISSED, MOST + 140, clock.now())

    gone = await asyncio.gather(
        *(run(waiting_of(each).prune(clock.now())) for each in (one, other))
    )
    assert sum(gone) + await run(waiting_of(other).prune(clock.now())) == 140
    assert len(await whole(one.database)) == MOST
    await one.close()
    await other.close()


async def test_an_endpoint_being_resumed_is_left_alone(
    postgres_url: str, receiver: Receiver, clock: ManualClock
) -> None:
    running = await Emitter.open(config_for(postgres_url), clock)
    endpoint = await one_in(running, receiver, EndpointState.PAUSED)
    await many(running.database, endpoint, PENDING, 5, clock.now())
    clock.advance(9 * DAY)
    resume = text("UPDATE endpoint SET state = 'active'")

    async def resume_in_vain() -> None:
        async with running.database.transaction() as tx:
            await tx.execute(resume)
            pruning = asyncio.create_task(run(waiting_of(running).prune(clock.now())))
            assert await pruning == 0
            raise ConnectionError

    with pytest.raises(ConnectionError):
        async with asyncio.timeout(PATIENCE):
            await resume_in_vain()
    assert set((await states(running.database)).values()) == {PENDING}
    assert await run(waiting_of(running).prune(clock.now())) == 5
    await running.close()
