"""The two doors in: what is written, for whom, and that a rolled-back change sends nothing."""

import asyncio
import json

import pytest

from bot.catalogue.security import AuditEntry
from bot.catalogue.test import TestPing
from bot.clock import ManualClock
from bot.errors import EventTooLarge
from bot.outbox.tables import DeliveryState, EndpointState, body, event
from tests.conftest import OpenEmitter
from tests.support.emitter_setup import GUILD, add_endpoint, change_state, joined
from tests.support.receiver import Receiver, hang, status
from tests.support.rows import attempts, event_ids, rows, states

DELIVERED, MISSED, PENDING = DeliveryState.DELIVERED, DeliveryState.MISSED, DeliveryState.PENDING


class Deliberate(Exception):
    """What a test raises in the middle of a transaction."""


async def test_an_event_goes_to_every_endpoint_that_wants_it_and_to_no_other(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    for name, patterns in {
        "all": ("*",),
        "area": ("member.*",),
        "exact": ("member.joined", "member.left"),
        "other": ("member.left", "security.*"),
    }.items():
        url = receiver.url(f"/{name}")
        await add_endpoint(running, url, name=name, patterns=patterns, secret=receiver.secret)
    url = receiver.url("/foreign")
    await add_endpoint(running, url, guild_id=GUILD + 1, secret=receiver.secret)

    event_id = await running.outbox.record(joined(clock))
    await running.worker.idle()

    assert sorted(r.path for r in receiver.requests) == ["/all", "/area", "/exact"]
    assert set(receiver.ids()) == {str(event_id)}
    assert await event_ids(running.database) == [str(event_id)]


async def test_an_event_that_nobody_wants_is_not_written(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    await add_endpoint(running, receiver.url(), patterns=("member.left",))

    assert await running.outbox.record(joined(clock)) is None
    async with running.database.transaction() as tx:
        assert await running.outbox.emit(tx, joined(clock)) is None

    assert await rows(running.database, event) == []
    assert await rows(running.database, body) == []
    assert receiver.requests == []


async def test_an_event_is_sent_after_the_commit_of_its_change(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    await add_endpoint(running, receiver.url(), secret=receiver.secret)

    async with running.database.transaction() as tx:
        event_id = await running.outbox.emit(tx, joined(clock))
        assert len(running.lanes.ready) == 0
        assert receiver.requests == []

    assert await receiver.has(1) == [str(event_id)]


async def test_a_rolled_back_change_writes_and_sends_nothing(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    await add_endpoint(running, receiver.url(), secret=receiver.secret)

    async def fail() -> None:
        async with running.database.transaction() as tx:
            await running.outbox.emit(tx, joined(clock))
            raise Deliberate

    with pytest.raises(Deliberate):
        await fail()

    assert await rows(running.database, event) == []
    assert len(running.lanes.ready) == 0
    kept = await running.outbox.record(joined(clock))
    assert await receiver.has(1) == [str(kept)]


async def test_the_bytes_are_rendered_once_for_every_endpoint_and_attempt(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0)
    receiver.behave_at["/second"] = status(500)
    for name in ("first", "second"):
        await add_endpoint(running, receiver.url(f"/{name}"), name=name, secret=receiver.secret)
    await running.outbox.record(joined(clock))
    await receiver.has(2)
    await running.worker.idle()

    clock.advance(5)
    await receiver.has(2, "/second")
    await running.worker.idle()

    (stored,) = await rows(running.database, body)
    assert {r.body for r in receiver.requests} == {stored["bytes"]}
    stamps = [r.stamp for r in receiver.at("/second")]
    assert stamps == [stamps[0], stamps[0] + 5]
    assert len({r.headers["Phantom-Signature"] for r in receiver.at("/second")}) == 2


async def test_a_disabled_endpoints_events_are_missed(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    endpoint, _ = await add_endpoint(running, receiver.url(), secret=receiver.secret)
    await change_state(running, endpoint.id, EndpointState.DISABLED)

    await running.outbox.record(joined(clock))
    await running.worker.idle()

    assert list((await states(running.database)).values()) == [MISSED]
    await change_state(running, endpoint.id, EndpointState.ACTIVE)
    later = await running.outbox.record(joined(clock))
    await receiver.has(1)
    await running.worker.idle()
    assert receiver.ids() == [str(later)]
    assert list((await states(running.database)).values()) == [MISSED, DELIVERED]


async def test_a_paused_endpoints_events_are_held_and_then_sent_oldest_first(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    endpoint, _ = await add_endpoint(running, receiver.url(), secret=receiver.secret)
    await change_state(running, endpoint.id, EndpointState.PAUSED)
    held: list[str] = []
    for number in range(5):
        held.append(str(await running.outbox.record(joined(clock, number))))
        clock.advance(1)
    assert set((await states(running.database)).values()) == {PENDING}
    assert receiver.requests == []

    await change_state(running, endpoint.id, EndpointState.ACTIVE)

    assert await receiver.has(5) == held
    await running.worker.idle()
    assert await attempts(running.database) == [(n, 1, 200, None) for n in range(1, 6)]


async def test_an_event_that_is_too_large_is_refused_whole(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    await add_endpoint(running, receiver.url(), secret=receiver.secret)
    entry = AuditEntry.sample(GUILD).model_copy(update={"summary": "x" * 262_144})
    edge = AuditEntry.sample(GUILD).model_copy(update={"summary": ""})

    with pytest.raises(EventTooLarge, match="holds at most 256 KiB"):
        await running.outbox.record(entry)
    async with running.database.transaction() as tx:
        with pytest.raises(EventTooLarge):
            await running.outbox.emit(tx, entry)
        kept = await running.outbox.emit(tx, joined(clock))

    assert await receiver.has(1) == [str(kept)]
    await running.outbox.record(edge)
    spare = 262_144 - len((await rows(running.database, body))[-1]["bytes"])
    await running.outbox.record(edge.model_copy(update={"summary": "x" * spare}))
    with pytest.raises(EventTooLarge):
        await running.outbox.record(edge.model_copy(update={"summary": "x" * (spare + 1)}))
    assert len(await rows(running.database, event)) == 3


async def test_a_test_goes_to_the_one_endpoint_whatever_it_wants(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    for name in ("one", "other"):
        url = receiver.url(f"/{name}")
        endpoint, _ = await add_endpoint(
            running, url, name=name, patterns=("member.left",), secret=receiver.secret
        )
    ping = TestPing(guild_id=GUILD, message="It works.", sent_by_user_id=4, sent_at=clock.now())

    async with running.database.transaction() as tx:
        await running.outbox.emit_to(tx, ping, endpoint)
    await receiver.has(1)
    await running.worker.idle()

    (only,) = receiver.requests
    assert (only.path, only.type) == ("/other", "test.ping")
    assert json.loads(only.body)["data"]["message"] == "It works."


async def test_what_finds_no_room_in_memory_waits_in_the_database_and_arrives(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(per_endpoint_waiting=64)
    await add_endpoint(running, receiver.url(), secret=receiver.secret)
    receiver.behave = hang
    first = [str(await running.outbox.record(joined(clock, n))) for n in range(100)]
    await receiver.has(1)
    assert len(running.lanes.ready) == 64
    assert list((await states(running.database)).values()).count(PENDING) == 35

    receiver.behave = status(200)
    receiver.let_go.set()
    assert sorted(await receiver.has(100)) == sorted(first)
    await running.worker.idle()

    assert set((await states(running.database)).values()) == {DELIVERED}
    assert len(await attempts(running.database)) == 100


async def test_a_burst_from_many_tasks_respects_the_bound(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(per_endpoint_in_flight=2)
    await add_endpoint(running, receiver.url(), secret=receiver.secret)
    receiver.behave = hang

    recorded = await asyncio.gather(*(running.outbox.record(joined(clock, n)) for n in range(500)))
    waiting = len(running.lanes.ready)
    receiver.behave = status(200)
    receiver.let_go.set()

    assert set(await receiver.has(500)) == {str(one) for one in recorded}
    await running.worker.idle()
    assert waiting <= 64
    assert set((await states(running.database)).values()) == {DELIVERED}
