"""What a bug or a damaged row does to a delivery: it is told, it counts, and it ends."""

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from bot.clock import ManualClock
from bot.errors import ConfigError
from bot.outbox.tables import DeliveryState
from bot.outbox.tables import endpoint as table
from tests.conftest import OpenEmitter
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import add_endpoint, joined
from tests.support.receiver import Receiver
from tests.support.rows import attempts, states

TRIES = 7


async def test_a_bug_in_an_attempt_counts_as_one_and_ends_with_the_schedule(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    first = await emitter(start=False)
    await add_endpoint(first, receiver.url(), secret=receiver.secret)
    async with first.database.transaction() as tx:
        # Sealed as it should be, and nothing that headers could be.
        await tx.execute(update(table).values(headers=first.vault.seal("[1]")))
    await first.stop()
    running = await emitter(jitter=0)
    with capture_logs() as logs:
        await running.outbox.record(joined(clock, 1))
        for _ in range(40):
            await quiet(running)
            clock.advance(1_800)
    tries = await attempts(running.database)
    assert [(number, error) for _, number, _, error in tries] == [
        (number + 1, "internal") for number in range(TRIES)
    ]
    assert set((await states(running.database)).values()) == {DeliveryState.FAILED}
    assert [line["event"] for line in logs].count("delivery.bug") == TRIES
    assert receiver.requests == []
    (endpoint,) = running.lanes.index.all()
    async with running.database.reading() as reading:
        failures = (await reading.execute(select(table.c.failures))).scalar_one()
    assert (endpoint.receives, failures) == (True, 0)


async def test_an_endpoint_of_a_later_version_stops_the_start(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    first = await emitter(start=False)
    await add_endpoint(first, receiver.url(), secret=receiver.secret)
    async with first.database.transaction() as tx:
        await tx.execute(update(table).values(dialect="later"))
    await first.stop()
    with pytest.raises(ConfigError, match=r"number 1\) of the dialect “later”"):
        await emitter()
