"""Queries of the inspector: read-only, newest first, a handful of statements."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select

from bot.dialects import build_dialects
from bot.outbox.tables import (
    DeliveryState,
    EndpointState,
    attempt,
    body,
    delivery,
    endpoint,
    event,
)
from bot.storage.database import Database, Reading

DIALECTS = build_dialects()


@dataclass(frozen=True, slots=True)
class ShownAttempt:
    """One try at a delivery."""

    delivery_id: int
    id: int
    number: int
    at: datetime
    latency_ms: int | None
    status: int | None
    error: str | None
    detail: str | None
    body: bytes | None  # of the answer

    @property
    def answer(self) -> str:
        """What came back, in a word."""
        return str(self.status or self.error or "no answer")


@dataclass(frozen=True, slots=True)
class ShownDelivery:
    """One event owed to one endpoint, with every attempt so far, oldest first."""

    state: DeliveryState
    id: int
    event_id: UUID
    event_type: str
    created_at: datetime
    endpoint_name: str
    url: str
    endpoint_id: UUID
    endpoint_state: str
    dialect: str
    tried: int
    due_at: datetime
    reason: str | None
    body: bytes
    attempts: list[ShownAttempt] = field(default_factory=list[ShownAttempt])

    @property
    def key(self) -> str:
        """What its receiver tells it by."""
        return DIALECTS[self.dialect].key(self.event_id, self.endpoint_id)

    @property
    def receives(self) -> bool:
        """Whether the endpoint is active."""
        return self.endpoint_state == EndpointState.ACTIVE

    @property
    def is_moving(self) -> bool:
        """Whether something is still to come of it by itself; not so while it is held."""
        waiting = self.state is DeliveryState.PENDING and self.receives
        return waiting or self.state is DeliveryState.DELIVERING

    @property
    def word(self) -> str:
        """The state as people read it; a pending one whose endpoint is not active is held."""
        if self.state is DeliveryState.PENDING and not self.receives:
            return "held"
        return self.state.name.lower()


async def latest_deliveries(database: Database, limit: int) -> list[ShownDelivery]:
    """The last deliveries, newest event first."""
    async with database.reading() as reading:
        rows = (await reading.execute(_deliveries().limit(limit))).all()
        found = [ShownDelivery(DeliveryState(state), *shown) for state, *shown in rows]
        await _add_attempts(reading, found)
    return found


async def all_endpoints(database: Database) -> list[dict[str, Any]]:
    """Every endpoint as the page lists it, oldest first."""
    columns = endpoint.c["id", "name", "url", "dialect", "state", "failures"]
    async with database.reading() as reading:
        rows = await reading.execute(select(*columns).order_by(endpoint.c.id))
        return [dict(row) for row in rows.mappings()]


async def counts(database: Database) -> tuple[int, Counter[DeliveryState]]:
    """How many events were stored in all, and how many deliveries stand in each state."""
    states = select(delivery.c.state, func.count().label("number")).group_by(delivery.c.state)
    async with database.reading() as reading:
        events = await reading.execute(select(func.count()).select_from(event))
        rows = await reading.execute(states)
        found = Counter({DeliveryState(row.state): int(row.number) for row in rows})
        return int(events.scalar_one()), found


def _deliveries() -> Any:
    of_dialect = and_(body.c.event_id == event.c.id, body.c.dialect == endpoint.c.dialect)
    return (
        select(
            delivery.c.state,
            delivery.c.id,
            *event.c["uuid", "type", "created_at"],
            *endpoint.c["name", "url", "uuid", "state", "dialect"],
            *delivery.c["attempt", "due_at", "reason"],
            body.c.bytes,
        )
        .join(event, event.c.id == delivery.c.event_id)
        .join(endpoint, endpoint.c.id == delivery.c.endpoint_id)
        .join(body, of_dialect)
        .order_by(event.c.id.desc(), delivery.c.id)
    )


async def _add_attempts(reading: Reading, deliveries: Sequence[ShownDelivery]) -> None:
    by_id = {one.id: one for one in deliveries}
    columns = attempt.c[
        *("delivery_id", "id", "number", "started_at", "latency_ms"),
        *("status", "error", "detail", "answer"),
    ]
    statement = select(*columns).where(attempt.c.delivery_id.in_(by_id)).order_by(attempt.c.id)
    for row in await reading.execute(statement):
        by_id[row.delivery_id].attempts.append(ShownAttempt(*row))
