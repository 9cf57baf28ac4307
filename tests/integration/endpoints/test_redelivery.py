"""Sending again in parts, what was missed, and how an endpoint did, on both engines."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.clock import ManualClock, to_ms
from bot.delivery.emitter import Emitter
from bot.errors import NotFound, UserError
from bot.features.endpoints import redelivery
from bot.features.endpoints.redelivery import Wanted
from bot.features.endpoints.statistics import StatisticsService
from bot.outbox.requeue import Requeue, next_part, requeue
from bot.outbox.tables import DeliveryState, EndpointState
from tests.conftest import OpenEmitter
from tests.integration.endpoints.endpoints_env import (
    ADMIN,
    STRANGER,
    deliveries_of,
    endpoints_of,
    entries,
    ports_of,
    redelivery_of,
    rows,
)
from tests.support.emitter_setup import GUILD, add_endpoint, change_state, joined
from tests.support.patience import PATIENCE
from tests.support.receiver import SECRET, Receiver, status
from tests.support.rows import add, plan, states

MEMBERS = ("member.*",)
MANY = 2 * redelivery.PART + 1
SET_LATENCY = text(
    "UPDATE attempt SET latency_ms = :latency WHERE id = (SELECT min(id) + :id - 1 FROM attempt)"
)
NOTHING_MISSED = "“backend” has missed nothing that is still kept."


async def paused_with(
    running: Emitter, receiver: Receiver, count: int, state: DeliveryState
) -> None:
    """A paused endpoint with so many deliveries in that state."""
    endpoint, _ = await add_endpoint(running, receiver.url(), patterns=MEMBERS, secret=SECRET)
    await change_state(running, endpoint.id, EndpointState.PAUSED)
    now = to_ms(running.clock.now())
    for _ in range(0, count, redelivery.PART):
        part = min(redelivery.PART, count - len(await states(running.database)))
        planned = [plan(endpoint, state=state, due_at=now) for _ in range(part)]
        await add(running.database, *planned)


async def test_many_go_out_again_in_parts_with_their_count(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    await paused_with(running, receiver, MANY, DeliveryState.FAILED)
    seen: list[tuple[int, int]] = []

    async def watch(done: int, total: int) -> None:
        seen.append((done, total))

    _endpoint, count = await redelivery_of(running).redeliver(
        ADMIN, "backend", Wanted(all_failed=True), watch
    )
    assert count == MANY
    assert seen == [(redelivery.PART, MANY), (2 * redelivery.PART, MANY)]
    assert set((await states(running.database)).values()) == {DeliveryState.PENDING}
    assert await entries(running.database) == ["endpoint.redelivered"]
    assert f'"count": {MANY}' in (await rows(running.database))["audit_entry"][0]["context"]


async def test_what_is_to_go_out_again_is_looked_for_without_the_writer(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    """Among 600,000 deliveries that takes half a second, in which nothing else was written."""
    running = await emitter()
    await paused_with(running, receiver, 3, DeliveryState.DELIVERED)
    async with asyncio.timeout(PATIENCE), running.database.transaction():
        asked = redelivery_of(running).redeliver(ADMIN, "backend", Wanted(all_failed=True))
        with pytest.raises(UserError, match="nothing to send again"):
            await asyncio.create_task(asked)


async def test_what_went_out_between_the_look_and_the_write_goes_once(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    await paused_with(running, receiver, 3, DeliveryState.FAILED)
    wanted = Requeue(1, (DeliveryState.FAILED,))
    async with running.database.reading() as reading:
        found = await next_part(reading, wanted)
    await redelivery_of(running).redeliver(ADMIN, "backend", Wanted(delivery_id=found[1]))
    async with running.database.transaction() as tx:
        assert await requeue(tx, wanted, found, clock.now()) == [found[0], found[2]]
    assert {row["lease"] for row in (await rows(running.database))["delivery"]} == {1}


async def test_one_that_was_interrupted_goes_on_when_repeated(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    await paused_with(running, receiver, MANY, DeliveryState.FAILED)

    async def stop(_done: int, _total: int) -> None:
        raise ConnectionError

    service = redelivery_of(running)
    with pytest.raises(ConnectionError):
        await service.redeliver(ADMIN, "backend", Wanted(all_failed=True), stop)
    halfway = list((await states(running.database)).values())
    assert halfway.count(DeliveryState.PENDING) == redelivery.PART
    _endpoint, count = await service.redeliver(ADMIN, "backend", Wanted(all_failed=True))
    assert count == MANY - redelivery.PART
    assert set((await states(running.database)).values()) == {DeliveryState.PENDING}


async def test_delivered_ones_go_again_only_when_ticked_and_each_once(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    await paused_with(running, receiver, redelivery.PART + 1, DeliveryState.DELIVERED)
    service = redelivery_of(running)
    before = await rows(running.database)
    with pytest.raises(UserError, match=r"^There is nothing to send again to “backend”\.$"):
        await service.redeliver(ADMIN, "backend", Wanted(since="1h"))
    with pytest.raises(UserError, match=r"^Delivered ones go out again only with a time: "):
        await service.redeliver(ADMIN, "backend", Wanted(all_failed=True, include_delivered=True))
    assert await rows(running.database) == before
    ticked = Wanted(since="1h", include_delivered=True)
    _endpoint, count = await service.redeliver(ADMIN, "backend", ticked)
    assert count == redelivery.PART + 1
    assert {row["lease"] for row in (await rows(running.database))["delivery"]} == {1}


async def off_and_missing(running: Emitter, receiver: Receiver) -> None:
    """An endpoint that was off while three joined, and is on again."""
    endpoint, _ = await add_endpoint(running, receiver.url(), patterns=MEMBERS, secret=SECRET)
    await change_state(running, endpoint.id, EndpointState.DISABLED)
    for user_id in range(3):
        await running.outbox.record(joined(running.clock, user_id))
    await change_state(running, endpoint.id, EndpointState.ACTIVE)


async def test_what_was_missed_is_counted_and_replayed_by_type(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    began = clock.now()
    await off_and_missing(running, receiver)
    endpoint = running.lanes.index.all()[0]
    waiting = await deliveries_of(running).waiting(endpoint)
    assert dict(waiting.missed.types) == {"member.joined": 3}
    assert (waiting.queued, waiting.missed.count, waiting.missed.since) == (0, 3, began)
    service = redelivery_of(running)
    before = await rows(running.database)
    for types in (("member.left",), ()):  # nothing chosen is not everything
        with pytest.raises(UserError) as refused:
            await service.replay(ADMIN, 1, types)
        assert str(refused.value) == NOTHING_MISSED
    with pytest.raises(NotFound):
        await service.replay(STRANGER, 1)
    assert await rows(running.database) == before
    assert (await service.replay(ADMIN, 1, ("member.joined",)))[1] == 3
    await receiver.has(3)
    await running.worker.idle()
    with pytest.raises(UserError) as refused:
        await service.replay(ADMIN, 1)
    assert str(refused.value) == NOTHING_MISSED


async def test_what_was_missed_can_be_dropped_and_nothing_else_goes(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    await off_and_missing(running, receiver)
    await running.outbox.record(joined(running.clock, 9))
    await receiver.has(1)
    await running.worker.idle()
    with pytest.raises(NotFound):
        await redelivery_of(running).drop_missed(STRANGER, 1)
    assert (await redelivery_of(running).drop_missed(ADMIN, 1))[1] == 3
    assert list((await states(running.database)).values()) == [DeliveryState.DELIVERED]
    assert await entries(running.database) == ["endpoint.missed_dropped"]
    with pytest.raises(UserError) as refused:
        await redelivery_of(running).drop_missed(ADMIN, 1)
    assert str(refused.value) == NOTHING_MISSED


async def test_what_goes_out_again_at_the_same_moment_is_not_dropped(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    await off_and_missing(running, receiver)
    dropping = redelivery_of(running).drop_missed(ADMIN, 1)
    async with asyncio.timeout(PATIENCE), running.database.transaction() as tx:
        wanted = Requeue(1, (DeliveryState.MISSED,), limit=1)
        assert await requeue(tx, wanted, await next_part(tx, wanted), clock.now())
        if not running.database.is_sqlite:  # there it waits for this transaction
            await asyncio.create_task(dropping)
    if running.database.is_sqlite:
        await dropping
    assert len(await states(running.database)) == 1
    (entry,) = (await rows(running.database))["audit_entry"]
    assert '"count": 2' in entry["context"]


async def test_a_delivery_is_shown_with_every_attempt(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0)
    await add_endpoint(running, receiver.url(), patterns=MEMBERS, secret=SECRET)
    receiver.behave = status(503)
    await running.outbox.record(joined(clock))
    await receiver.has(1)
    await running.worker.idle()
    receiver.behave = status(400)
    clock.advance(5)
    await receiver.has(2)
    await running.worker.idle()
    found = await deliveries_of(running).look(GUILD, 1, 1)
    assert [(a.number, a.status, a.answer) for a in found.attempts] == [
        (2, 400, b"answer 400"),
        (1, 503, b"answer 503"),
    ]
    assert found.attempts[0].started_at - found.attempts[1].started_at == timedelta(seconds=5)
    last = await deliveries_of(running).last_attempts(GUILD, 1)
    assert [(a.delivery_id, a.status) for a in last] == [(1, 400), (1, 503)]
    with pytest.raises(NotFound, match=r"^“backend” has no delivery 7; "):
        await deliveries_of(running).look(GUILD, 1, 7)
    with pytest.raises(NotFound):
        await deliveries_of(running).look(STRANGER.guild_id, 1, 1)


async def test_hours_are_counted_and_ranked_in_the_database(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    await add_endpoint(running, receiver.url(), patterns=MEMBERS, secret=SECRET)
    for user_id in range(3):
        await running.outbox.record(joined(clock, user_id))
    await receiver.has(3)
    await running.worker.idle()
    clock.advance(3600)
    receiver.behave = status(400)
    await running.outbox.record(joined(clock))
    await receiver.has(4)
    await running.worker.idle()
    async with running.database.transaction() as tx:
        for number, latency in ((1, 10), (2, 20), (3, 90), (4, 40)):
            await tx.execute(SET_LATENCY, {"id": number, "latency": latency})
    service = StatisticsService(ports_of(running, clock=clock))
    found = await service.last(GUILD, 1, 24)
    assert (len(found.hours), found.delivered, found.failed) == (24, 3, 1)
    before, now = found.hours[-2:]
    assert (before.delivered, before.failed) == (3, 0)
    assert (before.median_ms, before.high_ms) == (20, 90)
    assert (now.delivered, now.failed, now.median_ms, now.high_ms) == (0, 1, 40, 40)
    assert (found.median_ms, found.high_ms) == (20, 90)
    assert now.begins_at == clock.now().replace(minute=0, second=0)
    assert (found.hours[0].delivered, found.hours[0].median_ms) == (0, None)
    with pytest.raises(NotFound):
        await service.last(STRANGER.guild_id, 1, 24)
    clock.advance(48 * 3600)
    assert (await service.last(GUILD, 1, 24)).median_ms is None
    assert (await service.last(GUILD, 1, 168)).delivered == 3


async def test_statistics_count_so_many_of_the_newest_and_say_so(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    await add_endpoint(running, receiver.url(), patterns=MEMBERS, secret=SECRET)
    for user_id in range(3):
        await running.outbox.record(joined(clock, user_id))
    await receiver.has(3)
    await running.worker.idle()
    async with running.database.transaction() as tx:
        for number, latency in ((1, 900), (2, 20), (3, 40)):
            await tx.execute(SET_LATENCY, {"id": number, "latency": latency})
    found = await StatisticsService(ports_of(running), newest=2).last(GUILD, 1, 168)
    assert (found.delivered, found.high_ms, found.newest) == (2, 40, 2)
    assert max(hour.high_ms or 0 for hour in found.hours) == 40
    every = await StatisticsService(ports_of(running), newest=3).last(GUILD, 1, 168)
    assert (every.delivered, every.high_ms, every.newest) == (3, 900, None)


async def test_statistics_are_asked_one_at_a_time_and_hold_up_no_list(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    await add_endpoint(running := await emitter(), receiver.url(), patterns=MEMBERS, secret=SECRET)
    service = StatisticsService(ports_of(running))
    async with running.database.reading(long_for=GUILD):
        asking = [asyncio.create_task(service.last(GUILD, 1, 168)) for _ in range(8)]
        async with asyncio.timeout(PATIENCE):
            assert await endpoints_of(running).list(STRANGER.guild_id) == []
            assert len(await endpoints_of(running).list(GUILD)) == 1
        assert not any(task.done() for task in asking)
    await asyncio.gather(*asking)
