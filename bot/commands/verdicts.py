"""Verdicts on the newest attempts of a database, shown while they are made."""

from dataclasses import dataclass
from uuid import UUID

from rich.text import Text
from sqlalchemy import select

from bot.outbox.tables import DeliveryState, attempt, delivery, event
from bot.storage.database import Reading

WORDS = {
    DeliveryState.DELIVERED: ("delivered", "green"),
    DeliveryState.FAILED: ("failed for good", "red"),
    DeliveryState.PENDING: ("failed, would be tried again", "yellow"),
}

_MADE = (
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
    )
    .join_from(attempt, delivery, attempt.c.delivery_id == delivery.c.id)
    .join(event, delivery.c.event_id == event.c.id)
    .order_by(attempt.c.id)
)


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
    state: int  # of DeliveryState

    def line(self, key: str) -> Text:
        """Key, attempt, status, latency and verdict; `key` is what the receiver sees."""
        word, colour = WORDS.get(DeliveryState(self.state), ("under way", "yellow"))
        status = "no answer" if self.status is None else f"HTTP {self.status}"
        line = Text(f"{key}  attempt {self.number}  {status:<9}  {self.latency_ms or 0:>5} ms  ")
        line.append(word, style=colour)
        # The class and the details of a failure; an HTTP status says enough by itself.
        why = ": ".join(part for part in (self.error, self.detail) if part)
        if self.state != DeliveryState.DELIVERED and why:
            line.append(f" ({why})")
        return line


async def made_since(reading: Reading, attempt_id: int) -> list[Made]:
    """The attempts recorded after that one, in their order."""
    return [Made(*row) for row in await reading.execute(_MADE.where(attempt.c.id > attempt_id))]
