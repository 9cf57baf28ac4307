"""Filter, threshold and rate limit as a use case, on both engines and in what is sent."""

import asyncio
import json

import pytest
from sqlalchemy import update

from bot.catalogue.members import MemberLeft
from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.errors import NotFound, UserError
from bot.features.audit.service import AuditService
from bot.features.endpoints.deliveries import DeliveriesService
from bot.features.endpoints.edits import EndpointDraft, Failing, Limited, Rotation
from bot.features.endpoints.limits import LimitsDraft
from bot.outbox.endpoints import Endpoint
from bot.outbox.tables import endpoint as table
from tests.conftest import OpenEmitter
from tests.integration.endpoints.endpoints_env import (
    ADMIN,
    STRANGER,
    deliveries_of,
    editing_of,
    endpoints_of,
    rows,
)
from tests.support.emitter_setup import add_endpoint, joined
from tests.support.receiver import SECRET, Receiver

CHANGED = "Somebody changed “backend” just now; look at it again, then decide."
LATER = (
    "“backend” was made by a later version of Herald: this one does not know the dialect “of "
    "tomorrow”. Update Herald, or delete the webhook."
)
KICKED = "data.kind == 'kicked'"


def typed(expression: str = "", threshold: str = "", rate_limit: str = "") -> LimitsDraft:
    return LimitsDraft(expression, threshold, rate_limit)


async def limit(running: Emitter, seen: Endpoint, draft: LimitsDraft) -> Endpoint:
    return (await editing_of(running).limit(ADMIN, seen, draft)).endpoint


async def test_limits_are_stored_audited_and_in_force_at_once(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    seen, _ = await add_endpoint(running, receiver.url(), patterns=("member.*",), secret=SECRET)
    limited = await editing_of(running).limit(ADMIN, seen, typed(f" {KICKED}\n", "0", " 60 "))
    endpoint = limited.endpoint
    assert (endpoint.filter, endpoint.threshold, endpoint.rate_limit) == (KICKED, 0, 60)
    assert endpoint.version == seen.version + 1
    assert limited.preview is not None
    assert set(limited.preview.kept) == {
        "member.joined",
        "member.left",
        "member.banned",
        "member.unbanned",
    }
    assert await endpoints_of(running).get(ADMIN.guild_id, "backend") == endpoint
    assert running.lanes.index.get(1) == endpoint
    (entry,) = (await rows(running.database))["audit_entry"]
    assert (entry["event_type"], entry["actor_id"]) == ("endpoint.edited", ADMIN.user_id)
    assert json.loads(entry["context"])["changes"] == {
        "filter": {"old": "", "new": KICKED},
        "rate_limit": {"old": None, "new": 60},
    }

    assert await running.outbox.record(joined(clock)) is None
    left = MemberLeft.sample(ADMIN.guild_id).model_copy(update={"kind": "kicked"})
    wanted = await running.outbox.record(left)
    assert await receiver.has(1) == [str(wanted)]

    await limit(running, endpoint, typed())
    assert await running.outbox.record(joined(clock)) is not None
    last = (await rows(running.database))["audit_entry"][-1]
    assert json.loads(last["context"])["changes"]["rate_limit"] == {"old": 60, "new": None}
    await receiver.has(2)


async def test_what_does_not_change_is_not_written(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    seen, _ = await add_endpoint(running, receiver.url(), patterns=("member.*",))
    endpoint = await limit(running, seen, typed(KICKED, "", "5"))
    before = await rows(running.database)
    assert await limit(running, endpoint, typed(KICKED, "0.00", "5")) == endpoint
    assert await rows(running.database) == before


async def test_a_threshold_is_for_the_dialect_that_has_one(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    seen, _ = await add_endpoint(running, receiver.url(), name="vektor", dialect="vektor")
    endpoint = await limit(running, seen, typed(threshold="2.50"))
    assert endpoint.threshold == 250
    changes = json.loads((await rows(running.database))["audit_entry"][0]["context"])["changes"]
    assert changes == {"threshold": {"old": "0", "new": "2.50"}}
    other, _ = await add_endpoint(running, receiver.url())
    with pytest.raises(UserError, match="use the filter"):
        await limit(running, other, typed(threshold="2.50"))


@pytest.mark.parametrize(
    "draft",
    [
        typed("data.delta > 10"),
        typed("sort(@)"),
        typed(threshold="1"),
        typed(KICKED, rate_limit="0"),
    ],
    ids=["filter", "function", "threshold", "rate"],
)
async def test_what_cannot_be_is_refused_and_changes_nothing(
    emitter: OpenEmitter, receiver: Receiver, draft: LimitsDraft
) -> None:
    running = await emitter()
    seen, _ = await add_endpoint(running, receiver.url())
    before = await rows(running.database)
    with pytest.raises(UserError):
        await limit(running, seen, draft)
    assert await rows(running.database) == before
    assert running.lanes.index.get(1) == seen


async def test_of_two_admins_at_once_the_later_is_told(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    seen, _ = await add_endpoint(running, receiver.url(), patterns=("member.*",))
    service = editing_of(running)
    both = await asyncio.gather(
        *(service.limit(ADMIN, seen, typed(rate_limit=rate)) for rate in ("5", "6")),
        return_exceptions=True,
    )
    (won,) = [one for one in both if isinstance(one, Limited)]
    (lost,) = [one for one in both if isinstance(one, UserError)]
    assert str(lost) == CHANGED
    assert running.lanes.index.get(1) == won.endpoint
    with pytest.raises(UserError, match="just now"):
        await service.edit(ADMIN, seen, EndpointDraft("backend", "", "late", ""))
    with pytest.raises(NotFound):
        await service.limit(STRANGER, won.endpoint, typed())


async def test_a_deleted_endpoint_is_not_found(emitter: OpenEmitter, receiver: Receiver) -> None:
    running = await emitter()
    seen, _ = await add_endpoint(running, receiver.url(), patterns=("member.*",))
    await endpoints_of(running).delete(ADMIN, seen.id)
    before = await rows(running.database)
    with pytest.raises(NotFound):
        await limit(running, seen, typed(rate_limit="5"))
    assert await rows(running.database) == before


async def test_the_panel_knows_since_when_a_filter_fails_until_it_is_another(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    running.outbox.reports.use(AuditService(running.outbox, clock))
    seen, _ = await add_endpoint(running, receiver.url(), patterns=("member.*",), secret=SECRET)
    service = editing_of(running)
    endpoint = await limit(running, seen, typed("data.username > `5`"))
    assert (await service.about(endpoint)).failing is None
    await running.outbox.record(joined(clock))
    await running.outbox.reports.drained()
    failing = Failing(clock.now(), "member.joined", "it compares a text with something else")
    assert (await service.about(endpoint)).failing == failing
    mended = await limit(running, endpoint, typed("data.username > '5'"))
    assert (await service.about(mended)).failing is None
    await running.worker.idle()


async def test_an_endpoint_of_a_later_version_is_left_as_it_is(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    await add_endpoint(running, receiver.url(), patterns=("member.*",))
    async with running.database.transaction() as tx:
        await tx.execute(update(table).values(dialect="of tomorrow"))
    seen = await endpoints_of(running).get(ADMIN.guild_id, "backend")
    service = editing_of(running)
    before = await rows(running.database)
    for attempt in (
        service.limit(ADMIN, seen, typed()),
        service.edit(ADMIN, seen, EndpointDraft("backend", "", "", "")),
        service.subscribe(ADMIN, seen.id, "*", seen.version),
        service.rotate(ADMIN, "backend", Rotation.AT_ONCE),
    ):
        with pytest.raises(UserError) as refused:
            await attempt
        assert str(refused.value) == LATER
    assert await rows(running.database) == before


async def test_a_test_is_sent_whatever_the_filter_says(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    seen, _ = await add_endpoint(running, receiver.url(), patterns=("member.*",), secret=SECRET)
    await limit(running, seen, typed("`false`"))
    service: DeliveriesService = deliveries_of(running)
    await service.test(ADMIN, "backend")
    await receiver.has(1)
    assert receiver.requests[0].type == "test.ping"
