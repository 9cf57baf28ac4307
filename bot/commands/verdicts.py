"""Verdicts on the newest attempts of a database, shown while they are made."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from bot.outbox.tables import DeliveryState, attempt, delivery, event
from bot.storage.database import Reading


@dataclass(frozen=True, slots=True)
class Made:
    """One attempt that was made, with the state that its delivery has since."""

    id: int
    delivery_id: int
    event_id: UUID
    number: int
    status: int | None
    latency_ms: int | None
    error: str | None
    detail: str | None
    state: DeliveryState
    reason: str | None


class AttemptStore:
    """Attempts in the order in which they were recorded."""

    async def since(self, reading: Reading, attempt_id: int) -> list[Made]:
        """The attempts after that one."""
        found = await reading.execute(
            select(
                attempt.c.id,
                attempt.c.delivery_id,
                event.c.uuid,
                attempt.c.number,
                attempt.c.status,
                attempt.c.latency_ms,
                attempt.c.error,
                attempt.c.detail,
                delivery.c.state,
                delivery.c.reason,
            )
            .join_from(attempt, delivery, attempt.c.delivery_id == delivery.c.id)
            .join(event, delivery.c.event_id == event.c.id)
            .where(attempt.c.id > attempt_id)
            .order_by(attempt.c.id)
        )
        return [_made(row) for row in found.all()]


def _made(row: Row[Any]) -> Made:
    return Made(
        row.id,
        row.delivery_id,
        row.uuid,
        row.number,
        row.status,
        row.latency_ms,
        row.error,
        row.detail,
        DeliveryState(row.state),
        row.reason,
    )
