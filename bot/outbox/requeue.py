"""Requeue: deliveries that are pending again, as a person wants it or as their lease has ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, insert, select, update

from bot.clock import from_ms
from bot.kept_texts import UNKNOWN_OUTCOME
from bot.outbox.tables import DeliveryState, attempt, delivery, event, in_state
from bot.storage.database import Reading, Transaction


@dataclass(frozen=True, slots=True)
class Requeue:
    """Choice of the settled deliveries of one endpoint that go out again, from attempt 1.

    At most `limit` in the order of their ids, from behind `after` up to `until`.
    """

    endpoint_id: int
    states: tuple[DeliveryState, ...]
    delivery_id: int | None = None
    since: datetime | None = None  # by the event's time
    types: tuple[str, ...] | None = None  # of events; None for all
    after: int = 0
    until: int | None = None
    limit: int = 1000
    delivery_ids: tuple[int, ...] | None = None  # None for all

    @property
    def state_numbers(self) -> list[int]:
        return [int(state) for state in self.states]

    def conditions(self) -> list[ColumnElement[bool]]:
        """What is true of a delivery, with its event, that it describes, whatever its limit."""
        true = [delivery.c.endpoint_id == self.endpoint_id]
        true.append(delivery.c.state.in_(self.state_numbers))
        true.append(delivery.c.id > self.after)
        if self.until is not None:
            true.append(delivery.c.id <= self.until)
        if self.delivery_id is not None:
            true.append(delivery.c.id == self.delivery_id)
        if self.delivery_ids is not None:
            true.append(delivery.c.id.in_(self.delivery_ids))
        if self.since is not None:
            true.append(event.c.created_at >= self.since)
        if self.types is not None:
            true.append(event.c.type.in_(self.types))
        return true


async def next_part(reading: Reading, wanted: Requeue) -> list[int]:
    """The ids of those that come next. A search among very many: no transaction waits for it."""
    chosen = (
        select(delivery.c.id)
        .join(event, event.c.id == delivery.c.event_id)
        .where(*wanted.conditions())
        .order_by(delivery.c.id)
        .limit(wanted.limit)
    )
    return list((await reading.execute(chosen)).scalars())


async def requeue(tx: Transaction, wanted: Requeue, ids: Sequence[int], now: datetime) -> list[int]:
    """Make these pending from attempt 1; those that still were what is wanted."""
    still = (
        select(delivery.c.id)
        .where(delivery.c.id.in_(ids), delivery.c.state.in_(wanted.state_numbers))
        .order_by(delivery.c.id)
        .with_for_update()
    )
    pending = {"state": int(DeliveryState.PENDING), "attempt": 0, "lease": delivery.c.lease + 1}
    result = await tx.execute(
        update(delivery)
        .where(delivery.c.id.in_(still))
        .values(**pending, due_at=now, settled_at=None, reason=None)
        .returning(delivery.c.id)
    )
    return sorted(result.scalars())


def ended_leases(until: datetime) -> Select[int]:
    """The deliveries whose lease ended by then."""
    is_leased = in_state(DeliveryState.DELIVERING)
    return select(delivery.c.id).where(is_leased, delivery.c.due_at <= until)


async def expire(tx: Transaction, now: int, until: int) -> list[int]:
    """Give back every delivery whose lease ended by `until` (ms); the endpoints they belong to.

    Due as old as its event is, so that it does not queue up behind younger ones.
    """
    ended = ended_leases(from_ms(until)).with_for_update(skip_locked=True)
    created_at = select(event.c.created_at).where(event.c.id == delivery.c.event_id)
    result = await tx.execute(
        update(delivery)
        .where(delivery.c.id.in_(ended))
        .values(state=int(DeliveryState.PENDING), due_at=created_at.scalar_subquery())
        .returning(delivery.c.id, delivery.c.attempt, delivery.c.endpoint_id)
    )
    freed = result.all()
    unknown = {"started_at": from_ms(now), "error": "unknown", "detail": UNKNOWN_OUTCOME}
    rows = [{"delivery_id": one.id, "number": one.attempt + 1, **unknown} for one in freed]
    if rows:
        await tx.execute(insert(attempt), rows)
    return sorted({one.endpoint_id for one in freed})
