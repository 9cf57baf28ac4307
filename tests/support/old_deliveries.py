"""Deliveries that ended some time ago, and what must be true of those that are left."""

from collections.abc import AsyncGenerator, Collection
from contextlib import aclosing
from datetime import datetime

from bot.clock import to_ms
from bot.outbox.endpoints import Endpoint
from bot.outbox.hot import SETTLE
from bot.outbox.rows import LeasedDelivery
from bot.outbox.tables import DeliveryState, attempt, body, event
from bot.storage.database import Database
from tests.support.rows import add, outcome, plan, rows


async def ended(
    database: Database,
    at: datetime,
    *endpoints: Endpoint,
    state: DeliveryState = DeliveryState.DELIVERED,
    count: int = 1,
    began: datetime | None = None,
) -> list[int]:
    """Events, each with a delivery for every endpoint, that all ended at that moment."""
    moment = to_ms(at)
    planned = [
        plan(*endpoints, state=DeliveryState.DELIVERING, due_at=to_ms(began or at))
        for _ in range(count)
    ]
    ids = await add(database, *planned)
    owed = [(one, endpoint) for one in planned for endpoint in endpoints]
    status = 200 if state is DeliveryState.DELIVERED else 410
    settled = [
        outcome(
            LeasedDelivery(id, 1, endpoint.id, one.uuid, one.type, b"{}"),
            state,
            status=status,
            due_at=moment,
            at=moment,
        )
        for id, (one, endpoint) in zip(ids, owed, strict=True)
    ]
    recorded, _ = await database.hot(SETTLE, settled, moment)
    assert recorded == set(ids)
    return ids


async def whole(database: Database) -> Collection[int]:
    """The ids of the deliveries; each has all that it needs, and nothing is left of others."""
    deliveries = await rows(database)
    ids = {row["id"] for row in deliveries}
    events = {row["id"] for row in await rows(database, event)}
    assert {row["event_id"] for row in deliveries} <= events
    assert {row["event_id"] for row in await rows(database, body)} == events
    tried = {row["delivery_id"] for row in await rows(database, attempt)}
    assert tried <= ids
    assert tried >= {row["id"] for row in deliveries if row["attempt"]}
    return ids


async def run(steps: AsyncGenerator[int]) -> int:
    """Take every step; how many rows went."""
    async with aclosing(steps):
        return sum([gone async for gone in steps])
