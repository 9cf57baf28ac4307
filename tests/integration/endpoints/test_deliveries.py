"""Looking at deliveries and sending them again, on both engines."""

import pytest

from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.errors import NotFound, UserError
from bot.features.audit.service import AuditService
from bot.features.endpoints.history import DeliverySummary, ShownState
from bot.outbox.held_limits import WaitingDeliveries
from bot.outbox.tables import EndpointState
from tests.conftest import OpenEmitter
from tests.integration.endpoints.endpoints_env import (
    ADMIN,
    STRANGER,
    deliveries_of,
    endpoints_of,
    entries,
    redeliver,
    rows,
)
from tests.support.emitter_setup import GUILD, add_endpoint, change_state, joined
from tests.support.old_deliveries import run
from tests.support.receiver import SECRET, Receiver, status

MEMBERS = ("member.*",)


async def settled(running: Emitter, receiver: Receiver, count: int) -> None:
    """Return when so many requests came in all, and their outcomes are recorded."""
    await receiver.has(count)
    await running.worker.idle()


async def happen(running: Emitter, count: int, *, first: int = 1) -> None:
    for user_id in range(first, first + count):
        await running.outbox.record(joined(running.clock, user_id))


async def shown(
    running: Emitter, state: ShownState | None = None, page: int = 0
) -> list[DeliverySummary]:
    found = await deliveries_of(running).deliveries(GUILD, "backend", state=state, page=page)
    return list(found.deliveries)


async def test_pages_hold_ten_newest_first(emitter: OpenEmitter, receiver: Receiver) -> None:
    running = await emitter()
    await add_endpoint(running, receiver.url(), patterns=MEMBERS, secret=SECRET)
    await happen(running, 21)
    await settled(running, receiver, 21)
    service = deliveries_of(running)
    pages = [await service.deliveries(GUILD, "backend", page=number) for number in range(4)]
    assert [len(page.deliveries) for page in pages] == [10, 10, 1, 0]
    assert [page.has_more for page in pages] == [True, True, False, False]
    ids = [delivery.id for page in pages for delivery in page.deliveries]
    assert ids == sorted(ids, reverse=True)
    assert (await service.deliveries(GUILD, "backend", page=-1)).number == 0
    first = pages[0].deliveries[0]
    assert (first.state, first.attempt, first.last_status) == (ShownState.DELIVERED, 1, 200)
    assert first.key in receiver.ids()
    assert first.next_due_at is None


async def test_states_are_those_that_people_know(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0)
    endpoint, _ = await add_endpoint(running, receiver.url(), patterns=MEMBERS, secret=SECRET)
    receiver.behave = status(400)
    await happen(running, 1)
    await settled(running, receiver, 1)
    receiver.behave = status(503)
    await happen(running, 1, first=2)
    await settled(running, receiver, 2)
    failed, pending = (
        await shown(running, ShownState.FAILED),
        await shown(running, ShownState.PENDING),
    )
    assert [(d.word, d.attempt, d.last_status) for d in failed] == [("failed", 1, 400)]
    assert [(d.word, d.attempt, d.last_status) for d in pending] == [("pending", 1, 503)]
    assert pending[0].next_due_at is not None
    assert (pending[0].next_due_at - clock.now()).total_seconds() == 5
    await change_state(running, endpoint.id, EndpointState.DISABLED)
    await happen(running, 1, first=3)
    assert await shown(running, ShownState.PENDING) == []
    (held,) = await shown(running, ShownState.HELD)
    assert (held.id, held.word, held.next_due_at) == (pending[0].id, "held", None)
    (missed,) = await shown(running, ShownState.MISSED)
    assert (missed.word, missed.attempt, missed.last_status) == ("missed", 0, None)
    assert [d.state for d in await shown(running)] == [
        ShownState.MISSED,
        ShownState.HELD,
        ShownState.FAILED,
    ]
    with pytest.raises(
        UserError, match=r"^There is no such state; there are: pending, delivering,"
    ):
        await deliveries_of(running).deliveries(GUILD, "backend", state="lost")


async def test_sent_again_counts_from_one_and_shows_the_newest_attempt(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    await add_endpoint(running, receiver.url(), patterns=MEMBERS, secret=SECRET)
    receiver.behave = status(400)
    await happen(running, 1)
    await settled(running, receiver, 1)
    receiver.behave = status(410)
    (failed,) = await shown(running, ShownState.FAILED)
    assert await redeliver(running, ADMIN, "backend", delivery_id=failed.id) == 1
    await settled(running, receiver, 2)
    (again,) = await shown(running, ShownState.FAILED)
    assert (again.id, again.attempt, again.last_status) == (failed.id, 1, 410)
    first, second = receiver.requests
    assert first.body == second.body


async def test_what_was_held_for_too_long_says_so_whatever_its_last_attempt_said(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0)
    endpoint, _ = await add_endpoint(running, receiver.url(), patterns=MEMBERS, secret=SECRET)
    receiver.behave = status(500)
    await happen(running, 1)
    await settled(running, receiver, 1)
    await change_state(running, endpoint.id, EndpointState.PAUSED)
    clock.advance(9 * 86_400)
    audit = AuditService(running.outbox, clock)
    await run(WaitingDeliveries(running.database, audit).prune(clock.now()))
    (failed,) = await shown(running, ShownState.FAILED)
    assert (failed.last_status, failed.last_error) == (500, "held_too_long")


async def test_since_takes_what_failed_or_was_missed_and_nothing_that_arrived(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    endpoint, _ = await add_endpoint(running, receiver.url(), patterns=MEMBERS, secret=SECRET)
    other, _ = await add_endpoint(
        running, receiver.url("/other"), name="other", patterns=MEMBERS, secret=SECRET
    )
    await change_state(running, other.id, EndpointState.DISABLED)
    receiver.behave_at["/hook"] = status(400)
    await happen(running, 1, first=1)
    await settled(running, receiver, 1)
    clock.advance(7200)
    await happen(running, 1, first=2)
    await settled(running, receiver, 2)
    receiver.behave_at["/hook"] = status(200)
    await happen(running, 1, first=3)
    await settled(running, receiver, 3)
    await change_state(running, endpoint.id, EndpointState.DISABLED)
    await happen(running, 1, first=4)
    await change_state(running, endpoint.id, EndpointState.ACTIVE)
    assert await redeliver(running, ADMIN, "backend", since="1h") == 2
    await settled(running, receiver, 5)
    users = [request.json["data"]["user_id"] for request in receiver.at("/hook")]
    assert sorted(users) == ["1", "2", "2", "3", "4"]
    assert [d.state for d in await shown(running, ShownState.FAILED)] == [ShownState.FAILED]
    assert receiver.at("/other") == []
    assert await entries(running.database) == ["endpoint.redelivered"]


async def test_what_is_sent_again_to_an_idle_endpoint_is_held(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    endpoint, _ = await add_endpoint(running, receiver.url(), patterns=MEMBERS, secret=SECRET)
    await change_state(running, endpoint.id, EndpointState.DISABLED)
    await happen(running, 2)
    with pytest.raises(UserError, match=r"^There is nothing to send again to “backend”\.$"):
        await redeliver(running, ADMIN, "backend", all_failed=True)
    assert await redeliver(running, ADMIN, "backend", since="1h") == 2
    assert len(await shown(running, ShownState.HELD)) == 2
    await endpoints_of(running).enable(ADMIN, "backend")
    await receiver.has(2)


async def test_a_delivery_is_found_only_by_its_own_endpoint_and_server(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    await add_endpoint(running, receiver.url(), patterns=MEMBERS, secret=SECRET)
    await add_endpoint(running, receiver.url(), name="other", patterns=("security.*",))
    await add_endpoint(
        running, receiver.url(), guild_id=STRANGER.guild_id, name="theirs", patterns=MEMBERS
    )
    receiver.behave = status(400)
    await happen(running, 1)
    await settled(running, receiver, 1)
    (failed,) = await shown(running, ShownState.FAILED)
    before = await rows(running.database)
    service = deliveries_of(running)
    for actor, name in ((ADMIN, "other"), (STRANGER, "backend"), (STRANGER, "theirs")):
        with pytest.raises(NotFound):
            await redeliver(running, actor, name, delivery_id=failed.id)
    with pytest.raises(NotFound):
        await service.deliveries(STRANGER.guild_id, "backend")
    assert await rows(running.database) == before


@pytest.mark.parametrize("state", [EndpointState.DISABLED, EndpointState.AUTO_DISABLED])
async def test_no_test_leaves_for_an_endpoint_that_is_off(
    emitter: OpenEmitter, receiver: Receiver, state: EndpointState
) -> None:
    running = await emitter()
    endpoint, _ = await add_endpoint(running, receiver.url())
    await change_state(running, endpoint.id, state)
    before = await rows(running.database)
    with pytest.raises(UserError, match=r"use /webhook enable\.$"):
        await deliveries_of(running).test(ADMIN, "backend")
    assert await rows(running.database) == before
