"""An endpoint that fails makes no entries that are sent to it, and fail, and make entries."""

import pytest
from sqlalchemy import func, select

from bot.catalogue.security import AuditDraft
from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.features.audit import AUDIT
from bot.features.audit.tables import audit_entry
from bot.features.endpoints import ENDPOINTS
from bot.outbox.tables import delivery
from tests.conftest import OpenEmitter
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import GUILD, add_endpoint
from tests.support.fake_acts import FakeActs
from tests.support.features import features_on
from tests.support.receiver import Receiver, status

FAILURES = 3


async def counted(emitter: Emitter) -> tuple[int, int]:
    """How many entries there are, and how many deliveries."""
    async with emitter.database.reading() as reading:
        counts = [select(func.count()).select_from(table) for table in (audit_entry, delivery)]
        entries, owed = [(await reading.execute(one)).scalar_one() for one in counts]
        return entries, owed


@pytest.mark.parametrize("count", [1, 3])
async def test_failing_endpoints_that_want_the_audit_come_to_rest(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock, count: int
) -> None:
    """Each is switched off once, which the others are told: those that are on, and no more."""
    running = await emitter(jitter=0, disable_after=FAILURES)
    parts = features_on(running, clock, acts=FakeActs())
    running.settler.on_auto_disabled = parts[ENDPOINTS].on_auto_disabled
    receiver.behave = status(500)
    for number in range(count):
        await add_endpoint(
            running,
            receiver.url(f"/{number}"),
            name=f"hook {number}",
            secret=receiver.secret,
            patterns=("security.*",),
        )
    draft = AuditDraft(GUILD, "test.done", "Something was done.", "thing")
    async with running.database.transaction() as tx:
        await parts[AUDIT].service.write(tx, draft)
    for _hour in range(20):
        await quiet(running)
        clock.advance(3_600)
    entries, owed = await counted(running)
    assert entries == 1 + count
    # The first goes to all; that one was switched off, to all the others.
    assert owed == count + count * (count - 1)
    requests = len(receiver.requests)
    for _day in range(5):
        clock.advance(86_400)
        await quiet(running)
    assert len(receiver.requests) == requests
    assert await counted(running) == (entries, owed)
