"""The dialects beyond the default, through every use case, on both engines."""

import json

import pytest

from bot.catalogue.economy import BalanceChanged
from bot.catalogue.members import MemberJoined
from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.errors import UserError
from bot.features.endpoints.edits import Rotation
from bot.features.endpoints.history import ShownState
from bot.outbox.endpoint_registry import Limits
from tests.conftest import OpenEmitter
from tests.integration.endpoints.endpoints_env import (
    ADMIN,
    deliveries_of,
    editing_of,
    endpoints_of,
    redeliver,
    rows,
)
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import GUILD, add_endpoint, joined
from tests.support.receiver import Receiver, status

SIX = {
    "trade.complete",
    "duel.finish",
    "member.join",
    "member.leave",
    "balance.change",
    "moderation.action",
}


async def vektor(running: Emitter, receiver: Receiver, patterns: tuple[str, ...] = ("*",)) -> None:
    """A vektor endpoint that the receiver knows."""
    await add_endpoint(
        running, receiver.url(), patterns=patterns, secret=receiver.secret, dialect="vektor"
    )


async def test_a_test_sends_the_sample_of_each_event_subscribed_to(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    await vektor(running, receiver)

    sent = await deliveries_of(running).test(ADMIN, "backend")
    await receiver.has(6)
    await quiet(running)

    assert {request.type for request in receiver.requests} == SIX
    assert [key for key, _ in sent.events] == [
        request.id for request in sorted(receiver.requests, key=lambda one: order(one.type))
    ]
    trade = next(one.json for one in receiver.requests if one.type == "trade.complete")
    assert trade["data"]["tradeId"] == "trade_test"
    assert trade["guildId"] == str(GUILD)
    assert trade["timestamp"] == trade["data"]["completedAt"] == "2026-05-24T11:32:18.000Z"


def order(name: str) -> int:
    page = ["trade.complete", "duel.finish", "member.join", "member.leave", "balance.change"]
    return page.index(name) if name in page else len(page)


async def test_a_test_sends_only_what_is_subscribed_to_or_chosen(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    await vektor(running, receiver, ("member.*",))
    service = deliveries_of(running)

    await service.test(ADMIN, "backend")
    await receiver.has(2)
    await service.test(ADMIN, "backend", " Duel.Finished ")
    await receiver.has(3)
    await quiet(running)

    types = sorted(request.type for request in receiver.requests)
    assert types == ["duel.finish", "member.join", "member.leave"]


@pytest.mark.parametrize("event", ["test.ping", "member.unbanned"])
async def test_an_event_that_vektor_lacks_is_refused_and_leaves_nothing(
    emitter: OpenEmitter, receiver: Receiver, event: str
) -> None:
    running = await emitter()
    await vektor(running, receiver)
    before = await rows(running.database)

    with pytest.raises(UserError, match=rf"does not have “{event}”; its events are: trade"):
        await deliveries_of(running).test(ADMIN, "backend", event)

    assert await rows(running.database) == before


async def test_a_sample_passes_a_threshold_that_the_fact_would_not(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    await vektor(running, receiver, ("economy.balance_changed",))
    (endpoint,) = running.lanes.index.all()
    async with running.database.transaction() as tx:
        limits = Limits(filter="", threshold=1_000_000, rate_limit=None)
        assert await running.registry.limit(tx, endpoint, running.clock.now(), limits)

    assert await running.outbox.record(BalanceChanged.sample(GUILD)) is None
    await deliveries_of(running).test(ADMIN, "backend")

    await receiver.has(1)
    await quiet(running)
    assert receiver.requests[0].json["data"]["delta"] == "+250.00"


async def test_creating_and_editing_refuse_what_vektor_lacks(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    service, url = endpoints_of(running), receiver.url()
    with pytest.raises(UserError, match=r"vektor does not have “ticket\.\*”; its events are: "):
        await service.create(
            ADMIN, name="a", url=url, dialect="vektor", patterns="member.joined ticket.*"
        )
    assert (await rows(running.database))["endpoint"] == []

    made = await service.create(ADMIN, name="a", url=url, dialect="vektor", patterns="member.*")
    with pytest.raises(UserError, match=r"does not have “member\.unbanned”"):
        await editing_of(running).subscribe(ADMIN, made.endpoint.id, "member.unbanned", 0)
    changed = await editing_of(running).subscribe(ADMIN, made.endpoint.id, "*", 0)
    assert changed.patterns == ("*",)


async def test_five_attempts_then_dead_and_a_requeue_begins_anew_under_the_same_key(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0)
    await vektor(running, receiver)
    receiver.behave = status(404, {"Retry-After": "9000"})
    await running.outbox.record(joined(clock))
    for number, wait in enumerate((30, 60, 120, 240, 10_000), start=1):
        await receiver.has(number)
        await quiet(running)
        clock.advance(wait - 0.001)
        await quiet(running)
        assert len(receiver.requests) == number
        clock.advance(0.001)
        await quiet(running)

    page = await deliveries_of(running).deliveries(GUILD, "backend")
    (dead,) = page.deliveries
    assert (dead.state, dead.word, dead.attempt) == (ShownState.FAILED, "DEAD", 5)
    assert page.failed_word == "DEAD"
    (endpoint,) = await endpoints_of(running).list(GUILD)
    assert endpoint.state == "active"

    receiver.behave = status(200)
    assert await redeliver(running, ADMIN, "backend", delivery_id=dead.id) == 1
    await receiver.has(6)
    await quiet(running)
    numbers = [request.headers["X-Attempt"] for request in receiver.requests]
    assert numbers == ["1", "2", "3", "4", "5", "1"]
    assert {request.id for request in receiver.requests} == {dead.key}
    assert len({request.body for request in receiver.requests}) == 1
    assert {request.headers["X-Webhook-Id"] for request in receiver.requests} == {
        str(endpoint.uuid)
    }


async def test_thirty_failures_and_more_do_not_switch_vektor_off(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0, disable_after=3, per_endpoint_in_flight=1)
    await vektor(running, receiver)
    receiver.behave = status(500)
    for user_id in range(4):
        await running.outbox.record(joined(clock, user_id))
        await receiver.has(user_id + 1)
        await quiet(running)

    (endpoint,) = await endpoints_of(running).list(GUILD)
    assert (endpoint.state, endpoint.failures) == ("active", 4)


async def test_one_event_reaches_each_dialect_in_its_own_words(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    for name in ("phantom", "vektor", "standard"):
        await add_endpoint(
            running, receiver.url(f"/{name}"), name=name, secret=receiver.secret, dialect=name
        )

    event_id = str(await running.outbox.record(joined(clock)))
    await receiver.has(3)
    await quiet(running)

    (phantom,), (vektor_one,), (standard,) = (
        receiver.at(path) for path in ("/phantom", "/vektor", "/standard")
    )
    assert phantom.body == standard.body
    assert (phantom.id, standard.id) == (event_id, event_id)
    assert vektor_one.id != event_id
    assert vektor_one.json["data"]["userId"] == phantom.json["data"]["user_id"]
    stored = {row["dialect"]: bytes(row["bytes"]) for row in (await rows(running.database))["body"]}
    assert {json.loads(body).get("event") for body in stored.values()} == {None, "member.join"}


@pytest.mark.parametrize("dialect", ["phantom", "vektor", "standard"])
async def test_which_secrets_are_believed_while_a_new_one_waits(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock, dialect: str
) -> None:
    running = await emitter(jitter=0)
    await add_endpoint(
        running, receiver.url(), patterns=("member.*",), secret=receiver.secret, dialect=dialect
    )
    old = receiver.secret
    rotated = await editing_of(running).rotate(ADMIN, "backend", Rotation.KEEP_OLD)

    await running.outbox.record(joined(clock, 1))
    await receiver.has(1)
    receiver.secret = rotated.secret
    await running.outbox.record(joined(clock, 2))
    await quiet(running)
    both = dialect == "standard"
    assert (len(receiver.requests) == 2) is both
    assert receiver.refused == ([] if both else ["wrong signature"])

    made_at = rotated.endpoint.next_secret_at
    assert made_at is not None
    await editing_of(running).switch(ADMIN, rotated.endpoint.id, round(made_at.timestamp() * 1000))
    await running.outbox.record(joined(clock, 3))
    await receiver.has(3 if both else 2)
    receiver.secret = old
    receiver.refused.clear()
    await running.outbox.record(joined(clock, 4))
    await quiet(running)
    assert receiver.refused == ["wrong signature"]
    receiver.refused.clear()


async def test_a_member_who_joined_is_told_as_projected_and_not_as_sampled(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    await vektor(running, receiver)

    await running.outbox.record(MemberJoined.sample(GUILD))

    await receiver.has(1)
    await quiet(running)
    assert receiver.requests[0].json["data"]["username"] == "quiet_otter"
