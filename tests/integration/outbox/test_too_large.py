"""A body over 256 KiB, on both engines: refused whole, with its change, and told of once."""

import json

import pytest
import structlog

from bot.catalogue.security import AuditEntry
from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.errors import EventTooLarge, UserError
from bot.features.audit.service import AuditService
from tests.conftest import OpenEmitter
from tests.integration.endpoints.endpoints_env import rows
from tests.support import scratch_table
from tests.support.emitter_setup import GUILD, add_endpoint, joined
from tests.support.receiver import Receiver

HUGE = AuditEntry.sample(GUILD).model_copy(update={"summary": "hidden " * 40_000})
REFUSAL = (
    "That would send the event security.audit_entry with {size} KiB to this server's webhooks; one "
    "request holds at most 256 KiB. Nothing was changed: shorten the text and try again."
)


async def send(running: Emitter, door: str) -> None:
    """Send it, with a change, through one of the two doors."""
    if door == "record":
        await running.outbox.record(HUGE)
        return
    async with running.database.transaction() as tx:
        await scratch_table.write(tx, "the change")
        await running.outbox.emit(tx, HUGE)


async def refuse(running: Emitter, door: str) -> EventTooLarge:
    """That is refused, and what there is to tell of it is told."""
    with pytest.raises(EventTooLarge) as refused:
        await send(running, door)
    await running.outbox.reports.drained()
    return refused.value


@pytest.mark.parametrize("door", ["emit", "record"])
async def test_nothing_of_it_is_written_but_one_entry(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock, door: str
) -> None:
    running = await emitter()
    await scratch_table.make_notes(running.database)
    running.outbox.reports.use(AuditService(running.outbox, clock))
    url = receiver.url()
    await add_endpoint(running, url, patterns=("security.*",), secret=receiver.secret)
    await add_endpoint(running, url, name="other", guild_id=GUILD + 1, secret=receiver.secret)

    with structlog.testing.capture_logs() as logs:
        error = await refuse(running, door)
        await receiver.has(1)
        await running.worker.idle()

    assert isinstance(error, UserError)
    assert str(error) == REFUSAL.format(size=-(-error.size // 1024))
    assert await scratch_table.committed(running.database) == []
    stored = await rows(running.database)
    (entry,) = stored["audit_entry"]
    assert (entry["event_type"], entry["severity"], entry["guild_id"]) == (
        "event.too_large",
        "warn",
        GUILD,
    )
    size = {"type": "security.audit_entry", "size": error.size, "limit": 262_144}
    assert json.loads(entry["context"]) == size
    assert "hidden" not in str(stored) + str(logs)
    # The one event there is tells of the refusal, as any entry's does.
    (sent,) = receiver.requests
    assert json.loads(sent.body)["data"]["event_type"] == "event.too_large"
    assert [len(stored[table]) for table in ("event", "body", "delivery")] == [1, 1, 1]
    assert [line["event"] for line in logs].count("event.too_large") == 1


async def test_the_next_change_goes_through(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    await scratch_table.make_notes(running.database)
    running.outbox.reports.use(AuditService(running.outbox, clock))
    await add_endpoint(running, receiver.url(), secret=receiver.secret)
    await refuse(running, "emit")
    async with running.database.transaction() as tx:
        await scratch_table.write(tx, "the next")
        event_id = await running.outbox.emit(tx, joined(clock))
    assert str(event_id) in await receiver.has(2)
    assert await scratch_table.committed(running.database) == ["the next"]


async def test_an_event_that_nobody_gets_is_as_large_as_it_likes(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    running.outbox.reports.use(AuditService(running.outbox, clock))
    await add_endpoint(running, receiver.url(), patterns=("member.*",))
    assert await running.outbox.record(HUGE) is None
    await running.outbox.reports.drained()
    assert (await rows(running.database))["audit_entry"] == []
