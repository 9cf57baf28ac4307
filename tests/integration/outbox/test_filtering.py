"""Filters at the two doors, on both engines: what is written, sent, and told when one fails."""

from collections.abc import Sequence
from typing import Any

import pytest
import structlog

from bot.catalogue.economy import BalanceChanged
from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.features.audit.service import AuditService
from bot.outbox.endpoint_registry import Limits
from bot.outbox.endpoints import Endpoint
from bot.outbox.tables import EndpointState, body, delivery, event
from tests.conftest import OpenEmitter
from tests.integration.endpoints.endpoints_env import rows as all_rows
from tests.support.emitter_setup import add_endpoint, change_state, joined
from tests.support.receiver import Receiver
from tests.support.rows import rows

FAILS = "data.username > `5`"
REASON = "it compares a text with something else"
HOUR = 3600


class Deliberate(Exception):
    """What a test raises in the middle of a transaction."""


async def limit(
    running: Emitter, endpoint: Endpoint, *, expression: str = "", threshold: int = 0
) -> Endpoint:
    """Set the limits, as the feature would."""
    async with running.database.transaction() as tx:
        limits = Limits(expression, threshold, None)
        limited = await running.registry.limit(tx, endpoint, running.clock.now(), limits)
    assert limited is not None
    return limited


async def failures(running: Emitter) -> Sequence[dict[str, Any]]:
    """The contexts of the entries about filters that failed, once all are written."""
    await running.outbox.reports.drained()
    async with running.database.reading() as reading:
        audit = AuditService(running.outbox, running.clock)
        last = await audit.last(reading, 81_384_788_765_712_384, "endpoint.filter_failed", "1")
    entries = (await all_rows(running.database))["audit_entry"]
    assert {entry["event_type"] for entry in entries} <= {"endpoint.filter_failed"}
    return [dict(last.context)] * len(entries) if last else []


async def happens(running: Emitter, door: str, user_id: int) -> str | None:
    """Somebody joins, told through one of the two doors; the event's id."""
    fact = joined(running.clock, user_id)
    if door == "record":
        return _text(await running.outbox.record(fact))
    async with running.database.transaction() as tx:
        return _text(await running.outbox.emit(tx, fact))


def _text(event_id: object) -> str | None:
    return None if event_id is None else str(event_id)


@pytest.mark.parametrize("door", ["emit", "record"])
async def test_an_event_that_a_filter_keeps_out_costs_no_write(
    emitter: OpenEmitter, receiver: Receiver, door: str
) -> None:
    running = await emitter()
    endpoint, _ = await add_endpoint(running, receiver.url(), secret=receiver.secret)
    await limit(running, endpoint, expression="data.user_id == '8'")

    assert await happens(running, door, 7) is None
    for table in (event, body, delivery):
        assert await rows(running.database, table) == []

    wanted = await happens(running, door, 8)
    assert await receiver.has(1) == [wanted]


async def test_whoever_has_no_filter_gets_what_another_keeps_out(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    first, _ = await add_endpoint(running, receiver.url("/first"), secret=receiver.secret)
    await add_endpoint(running, receiver.url("/second"), name="second", secret=receiver.secret)
    await limit(running, first, expression="type == 'member.left'")

    await happens(running, "record", 7)
    await receiver.has(1)
    await running.worker.idle()

    assert [request.path for request in receiver.requests] == ["/second"]
    assert [row["endpoint_id"] for row in await rows(running.database, delivery)] == [2]


@pytest.mark.parametrize("door", ["emit", "record"])
async def test_a_filter_that_fails_lets_through_and_says_so(
    emitter: OpenEmitter, receiver: Receiver, door: str
) -> None:
    running = await emitter()
    running.outbox.reports.use(AuditService(running.outbox, running.clock))
    members = ("member.*",)
    endpoint, _ = await add_endpoint(
        running, receiver.url(), patterns=members, secret=receiver.secret
    )
    await limit(running, endpoint, expression=FAILS)

    with structlog.testing.capture_logs() as logs:
        event_id = await happens(running, door, 7)
        assert await receiver.has(1) == [event_id]
        found = await failures(running)

    (line,) = [line for line in logs if line["event"] == "filter.failed"]
    assert (line["endpoint"], line["event_id"], line["reason"]) == (1, event_id, REASON)
    since = running.clock.now().isoformat()
    context = {"name": "backend", "filter": FAILS, "reason": REASON, "type": "member.joined"}
    assert found == [{**context, "event_id": event_id, "since": since}]
    (entry,) = (await all_rows(running.database))["audit_entry"]
    assert (entry["severity"], entry["source"], entry["target_id"]) == ("warn", "system", "1")


async def test_a_failing_filter_is_told_of_once_an_hour_also_over_a_restart(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    running.outbox.reports.use(AuditService(running.outbox, clock))
    endpoint, _ = await add_endpoint(
        running, receiver.url(), patterns=("member.*",), secret=receiver.secret
    )
    endpoint = await limit(running, endpoint, expression=FAILS)
    since = clock.now().isoformat()
    for user_id in range(3):
        await happens(running, "record", user_id)
    await running.worker.idle()
    assert len(await failures(running)) == 1

    clock.advance(HOUR - 1)
    await running.stop()
    running = await emitter()
    running.outbox.reports.use(AuditService(running.outbox, clock))
    await happens(running, "emit", 3)
    await running.worker.idle()
    assert len(await failures(running)) == 1

    clock.advance(HOUR)
    event_id = await happens(running, "emit", 4)
    await happens(running, "emit", 5)
    await running.worker.idle()
    found = await failures(running)
    assert len(found) == 2
    assert (found[-1]["since"], found[-1]["event_id"]) == (since, event_id)

    await limit(running, endpoint, expression=f"{FAILS} || `false`")
    await happens(running, "emit", 6)
    found = await failures(running)
    assert len(found) == 3
    assert found[-1]["since"] == clock.now().isoformat()
    assert len(await receiver.has(7)) == 7


async def test_the_entry_about_a_failing_filter_never_tells_of_itself(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    running.outbox.reports.use(AuditService(running.outbox, clock))
    endpoint, _ = await add_endpoint(running, receiver.url(), secret=receiver.secret)
    await limit(running, endpoint, expression="type > `5`")

    for user_id in range(2):
        await happens(running, "emit", user_id)
        await receiver.has(2 * user_id + 2)
        await running.worker.idle()
        clock.advance(HOUR)

    types = sorted(request.type for request in receiver.requests)
    assert types == ["member.joined"] * 2 + ["security.audit_entry"] * 2
    assert len(await failures(running)) == 2


async def test_nor_does_it_tell_of_another_filter_that_fails_on_it(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    running.outbox.reports.use(AuditService(running.outbox, running.clock))
    for name, area in (("one", "member.*"), ("two", "security.*")):
        url = receiver.url(f"/{name}")
        endpoint, _ = await add_endpoint(
            running, url, name=name, patterns=(area,), secret=receiver.secret
        )
        await limit(running, endpoint, expression="type > `5`")

    with structlog.testing.capture_logs() as logs:
        await happens(running, "emit", 7)
        await receiver.has(2)
        await running.worker.idle()

    assert [line["endpoint"] for line in logs if line["event"] == "filter.failed"] == [1, 2]
    assert len(await failures(running)) == 1


async def test_a_rolled_back_change_tells_of_no_filter(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    running.outbox.reports.use(AuditService(running.outbox, running.clock))
    endpoint, _ = await add_endpoint(running, receiver.url())
    await limit(running, endpoint, expression=FAILS)

    async def fail() -> None:
        async with running.database.transaction() as tx:
            await running.outbox.emit(tx, joined(running.clock))
            raise Deliberate

    with pytest.raises(Deliberate):
        await fail()
    assert await failures(running) == []


async def test_what_is_owed_to_the_audit_log_is_written_before_the_end(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    running.outbox.reports.use(AuditService(running.outbox, running.clock))
    endpoint, _ = await add_endpoint(running, receiver.url(), secret=receiver.secret)
    await limit(running, endpoint, expression="type > `5`")
    await happens(running, "emit", 7)
    await running.stop()
    again = await emitter(start=False)
    assert len(await failures(again)) == 1


async def test_a_threshold_keeps_out_small_changes_of_a_balance(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    endpoint, _ = await add_endpoint(
        running, receiver.url(), patterns=("economy.balance_changed",), dialect="vektor"
    )
    await limit(running, endpoint, threshold=250)
    await change_state(running, endpoint.id, EndpointState.PAUSED)
    sample = BalanceChanged.sample(endpoint.guild_id).model_copy(update={"decimals": 2})
    small = sample.model_copy(update={"delta": -249})
    assert await running.outbox.record(small) is None
    assert await rows(running.database, event) == []
    assert await running.outbox.record(sample.model_copy(update={"delta": -250})) is not None
    assert len(await rows(running.database, delivery)) == 1
