"""Deliveries in order, where an endpoint wants it: one at a time, and later ones wait."""

from collections.abc import AsyncGenerator

import pytest
from aiohttp import web

from bot.catalogue.security import AuditEntry
from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.outbox.endpoint_registry import DeliveryTerms
from bot.outbox.endpoints import Endpoint
from bot.outbox.tables import DeliveryState, EndpointState
from tests.conftest import OpenEmitter
from tests.integration.endpoints.endpoints_env import ADMIN, deliveries_of, redeliver
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import (
    add_endpoint,
    change_state,
    config_for,
    joined,
)
from tests.support.loops import turn
from tests.support.receiver import Receiver, status
from tests.support.rows import states
from tests.support.watched import Watched, until_index

DELIVERED, FAILED, PENDING = DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.PENDING


async def ordered(
    running: Emitter, receiver: Receiver, *, dialect: str = "phantom", path: str = "/hook"
) -> Endpoint:
    """An endpoint that wants its deliveries in order."""
    made, _ = await add_endpoint(
        running, receiver.url(path), secret=receiver.secret, dialect=dialect, name=path
    )
    async with running.database.transaction() as tx:
        terms = DeliveryTerms(in_order=True)
        after = await running.registry.limit(tx, made, running.clock.now(), terms)
    assert after is not None
    return after


async def happen(running: Emitter, count: int) -> list[str]:
    """So many events one after the other; their ids."""
    found = [await running.outbox.record(joined(running.clock, n)) for n in range(count)]
    return [str(one) for one in found]


async def test_later_ones_wait_while_the_first_is_tried_again(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0)
    await ordered(running, receiver)
    receiver.behave = status(500)
    sent = await happen(running, 3)
    await quiet(running)
    for seconds in (4, 1, 29, 1):
        clock.advance(seconds)
        await quiet(running)
    assert receiver.ids() == [sent[0]] * 3  # at 0, 5 and 35 s, and nothing else meanwhile

    receiver.behave = status(200)
    more = await happen(running, 2)
    await quiet(running)
    assert len(receiver.ids()) == 3
    clock.advance(180)
    await quiet(running)
    assert receiver.ids()[3:] == [*sent, *more]
    assert set((await states(running.database)).values()) == {DELIVERED}


@pytest.mark.parametrize("waiting", [8, 64])  # in the database too, or in memory alone
async def test_one_at_a_time_whatever_comes_and_however_urgent_it_is(
    emitter: OpenEmitter, receiver: Receiver, waiting: int
) -> None:
    under_way = most = 0

    async def behave(one: Receiver, request: web.Request) -> web.StreamResponse:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await receiver.let_go.wait()
        await turn()
        under_way -= 1
        return await status(200)(one, request)

    receiver.behave = behave
    running = await emitter(per_endpoint_waiting=waiting)
    endpoint = await ordered(running, receiver)
    sent = await happen(running, 20)
    urgent = await running.outbox.record(AuditEntry.sample(endpoint.guild_id))
    sent += [str(urgent), *await happen(running, 20)]
    receiver.let_go.set()
    await quiet(running)

    assert (receiver.ids(), most) == (sent, 1)


async def test_what_is_dead_lets_the_next_one_go(emitter: OpenEmitter, clock: ManualClock) -> None:
    async with Receiver(clock=clock) as receiver:
        running = await emitter(jitter=0)
        await ordered(running, receiver, dialect="vektor")
        receiver.behave = status(404)
        await happen(running, 2)
        await quiet(running)
        for seconds in (30, 60, 120, 240):
            clock.advance(seconds)
            await quiet(running)
        receiver.behave = status(200)
        clock.advance(30)
        await quiet(running)
        assert list((await states(running.database)).values()) == [FAILED, DELIVERED]
        assert [one.headers["X-Attempt"] for one in receiver.requests] == [
            *("1", "2", "3", "4", "5"),
            *("1", "2"),
        ]


async def test_what_fails_for_good_lets_the_next_one_go_at_once(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter(jitter=0)
    await ordered(running, receiver)
    receiver.behave = status(404)
    sent = await happen(running, 3)
    await quiet(running)
    assert receiver.ids() == sent


async def test_a_test_waits_for_nobody_and_holds_up_nobody(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0)
    await ordered(running, receiver)
    receiver.behave = status(500)
    sent = await happen(running, 2)
    await quiet(running)
    ping = (await deliveries_of(running).test(ADMIN, "/hook")).events[0][0]
    await quiet(running)
    assert receiver.ids() == [sent[0], ping]

    receiver.behave = status(200)
    clock.advance(5)
    await quiet(running)
    assert [one for one in receiver.ids()[2:] if one != ping] == sent


@pytest.mark.parametrize("state", [EndpointState.PAUSED, EndpointState.DISABLED])
async def test_a_pause_or_a_switch_keeps_the_order(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock, state: EndpointState
) -> None:
    """To enable by hand begins anew: the first is tried at once."""
    running = await emitter(jitter=0)
    endpoint = await ordered(running, receiver)
    receiver.behave = status(500)
    sent = await happen(running, 3)
    await quiet(running)
    await change_state(running, endpoint.id, state)
    receiver.behave = status(200)
    await change_state(running, endpoint.id, EndpointState.ACTIVE)
    await quiet(running)
    waits = state is EndpointState.PAUSED
    assert receiver.ids()[1:] == ([] if waits else sent)
    clock.advance(5)
    await quiet(running)
    assert receiver.ids()[1:] == sent


async def test_what_is_sent_again_by_hand_waits_with_the_others(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0)
    await ordered(running, receiver)
    receiver.behave = status(404)
    (lost,) = await happen(running, 1)
    await quiet(running)
    clock.advance(1)
    receiver.behave = status(500)
    sent = await happen(running, 2)
    await quiet(running)
    clock.advance(1)
    await redeliver(running, ADMIN, "/hook", all_failed=True)
    await quiet(running)
    assert len(receiver.ids()) == 2
    receiver.behave = status(200)
    clock.advance(4)
    await quiet(running)
    assert [one for one in receiver.ids()[2:] if one in sent] == sent
    assert receiver.ids()[2:].count(lost) == 1


async def test_probes_are_the_first_of_the_queue_and_no_other(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0)
    await ordered(running, receiver)
    receiver.behave = status(500)
    sent = await happen(running, 4)
    await quiet(running)
    for seconds in (5, 30, 180, 1800):
        clock.advance(seconds)
        await quiet(running)
    assert receiver.ids() == [sent[0]] * 5
    clock.advance(300)
    await quiet(running)
    assert len(receiver.ids()) == 5  # its step is 4 hours, whatever a probe's gap is
    receiver.behave = status(200)
    clock.advance(14_400)
    await quiet(running)
    assert receiver.ids()[5:] == sent


async def test_a_restart_goes_on_where_it_was(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    first = await emitter(jitter=0)
    await ordered(first, receiver)
    receiver.behave = status(500)
    sent = await happen(first, 3)
    await quiet(first)
    await first.stop()
    again = await emitter(jitter=0)
    await quiet(again)
    assert receiver.ids() == [sent[0]]  # not sooner, though nobody was there
    receiver.behave = status(200)
    clock.advance(5)
    await quiet(again)
    assert receiver.ids()[1:] == sent


async def test_others_are_not_held_up(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0)
    await ordered(running, receiver, path="/slow")
    await add_endpoint(running, receiver.url("/fast"), secret=receiver.secret, name="fast")
    receiver.behave_at["/slow"] = status(500)
    sent = await happen(running, 100)
    await quiet(running)
    assert sorted(receiver.ids("/fast")) == sorted(sent)
    assert receiver.ids("/slow") == [sent[0]]


@pytest.fixture
async def two(postgres_url: str, clock: ManualClock) -> AsyncGenerator[list[Emitter]]:
    config = config_for(postgres_url, jitter=0)
    both = [await Emitter.open(config, clock) for _ in range(2)]
    for one in both:
        begun = Watched(one.database, "a topic of nobody's")
        await one.start()
        await begun.has(1)
    yield both
    for one in both:
        await one.stop()


async def test_two_processes_keep_one_order(
    two: list[Emitter], receiver: Receiver, clock: ManualClock
) -> None:
    under_way = most = 0

    async def behave(one: Receiver, request: web.Request) -> web.StreamResponse:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await turn()
        under_way -= 1
        return await status(200 if len(one.requests) % 7 else 500)(one, request)

    receiver.behave = behave
    endpoint = await ordered(two[0], receiver)
    await until_known(two[1], endpoint)
    sent: list[str] = []
    for number in range(30):
        one = two[number % 2]
        sent.append(str(await one.outbox.record(joined(clock, number))))
        clock.advance(0.002)
    for _round in range(200):
        for one in two:
            await quiet(one)
        found = (await states(two[0].database)).values()
        if set(found) == {DELIVERED}:
            break
        clock.advance(0.5)
    first = list(dict.fromkeys(receiver.ids()))
    assert first == sent
    assert [
        one for one, again in zip(receiver.ids(), receiver.ids()[1:], strict=False) if one == again
    ] != []
    assert most == 1


async def until_known(running: Emitter, endpoint: Endpoint) -> None:
    index = running.lanes.index
    await until_index(index, lambda: index.get(endpoint.id) == endpoint)
