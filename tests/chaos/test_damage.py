"""Rows that a damaged disk or a stray hand has spoiled: each fails alone, and says why."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import delete, select, text, update
from structlog.testing import capture_logs

from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.outbox.tables import DeliveryState, body, delivery, endpoint
from bot.storage.database import Transaction
from tests.conftest import OpenEmitter
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import add_endpoint, joined
from tests.support.receiver import Receiver
from tests.support.rows import attempts, rows

Spoil = Callable[[Transaction, int], Awaitable[None]]

DELIVERED, FAILED = DeliveryState.DELIVERED, DeliveryState.FAILED


async def lose_its_body(tx: Transaction, event_id: int) -> None:
    await tx.execute(delete(body).where(body.c.event_id == event_id))


async def spoil_its_id(tx: Transaction, event_id: int) -> None:
    spoilt = text("UPDATE event SET uuid = :bytes WHERE id = :id")
    await tx.execute(spoilt, {"bytes": b"short", "id": event_id})


@pytest.mark.parametrize("spoil", [lose_its_body, spoil_its_id])
async def test_a_spoilt_row_fails_alone(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock, spoil: Spoil
) -> None:
    first = await emitter(start=False)
    await add_endpoint(first, receiver.url(), secret=receiver.secret)
    first.outbox.start()
    sent = [str(await first.outbox.record(joined(clock, number))) for number in range(5)]
    await first.outbox.stop()
    async with first.database.transaction() as tx:
        found = await tx.execute(select(delivery.c.event_id).order_by(delivery.c.id))
        await spoil(tx, list(found.scalars())[2])
    await first.stop()

    with capture_logs() as logs:
        running = await emitter()
        await quiet(running)
        clock.advance(80)  # longer than the lease that the first one left
        await receiver.has(4)
        await quiet(running)

    assert sorted(receiver.ids()) == sorted(one for one in sent if one != sent[2])
    (broken,) = [row for row in await rows(running.database) if row["state"] == FAILED]
    assert broken["reason"] == "its stored event is damaged"
    told = [entry["deliveries"] for entry in logs if entry["event"] == "claim.broken_rows"]
    assert told == [[broken["id"]]]


async def spoil_secret(running: Emitter, endpoint_id: int) -> None:
    """One bit of it turns over."""
    async with running.database.transaction() as tx:
        chosen = endpoint.c.id == endpoint_id
        found = await tx.execute(select(endpoint.c.secret).where(chosen))
        spoilt = bytearray(found.scalar_one())
        spoilt[20] ^= 1
        await tx.execute(update(endpoint).where(chosen).values(secret=bytes(spoilt)))


async def test_an_unreadable_secret_fails_its_deliveries_and_no_others(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    first = await emitter(start=False)
    (sound, _), (spoilt, _) = [
        await add_endpoint(first, receiver.url(f"/{name}"), name=name, secret=receiver.secret)
        for name in ("sound", "spoilt")
    ]
    await spoil_secret(first, spoilt.id)
    await first.stop()

    with capture_logs() as logs:
        running = await emitter(jitter=0)
        event_id = str(await running.outbox.record(joined(clock)))
        await quiet(running)
        for step in (5, 30, 180, 1_800, 14_400, 43_200):
            clock.advance(step)
            await quiet(running)

    assert receiver.ids() == receiver.ids("/sound") == [event_id]
    found = {
        row["endpoint_id"]: (row["state"], row["reason"]) for row in await rows(running.database)
    }
    assert found[sound.id] == (DELIVERED, None)
    assert found[spoilt.id] == (FAILED, "unreadable_secret, after 7 attempts")
    assert [row["failures"] for row in await rows(running.database, endpoint)] == [0, 0]
    tried = [(status, error) for _, _, status, error in await attempts(running.database)]
    assert sorted(tried, key=str) == [(200, None)] + [(None, "unreadable_secret")] * 7
    assert [entry["endpoints"] for entry in logs if "endpoints" in entry] == [[spoilt.id]]
    assert not [entry for entry in logs if entry["event"] == "delivery.bug"]
