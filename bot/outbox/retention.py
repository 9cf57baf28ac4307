"""Retention of ended deliveries, and of every event that nobody is owed any more."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select

from bot.outbox.tables import DeliveryState, delivery, event, feed_entry
from bot.storage.database import Database, Reading, Transaction

Row = TypeVar("Row")

LOOKED_AT = 500  # events that one look takes in
TOGETHER = 125  # deliveries a transaction: with attempt, event and body some 500 rows


class Prunes(Protocol):
    """Owner of something that grows with time; it knows what of it may go."""

    def prune(self, now: datetime) -> AsyncGenerator[int]:
        """Let go in short transactions; after each, how many rows went, 0 after a mere look.

        No transaction is open at a `yield`: whoever stops there leaves everything whole.
        """
        ...


@dataclass(frozen=True, slots=True)
class Ages:
    """Deliveries that ended before these moments may go."""

    delivered: datetime
    failed: datetime

    @property
    def youngest(self) -> datetime:
        """Nothing that began after it can have ended before either."""
        return max(self.delivered, self.failed)

    def passed(self) -> ColumnElement[bool]:
        """Whether a delivery has ended, and long enough ago."""
        return or_(
            and_(
                delivery.c.state == int(DeliveryState.DELIVERED),
                delivery.c.settled_at <= self.delivered,
            ),
            and_(
                delivery.c.state == int(DeliveryState.FAILED),
                delivery.c.settled_at <= self.failed,
            ),
        )


@dataclass(frozen=True, slots=True)
class Old:
    """Look at what is old: deliveries with their events, events owed to nobody, where it ended."""

    deliveries: Sequence[tuple[int, int]]
    unowed: Sequence[int]
    last_event: int | None  # None where nothing old comes after it

    def parts(self) -> list[tuple[list[int], list[int]]]:
        """Ids of deliveries and events, few enough for a transaction each."""
        deliveries = [
            ([id for id, _ in some], sorted({event_id for _, event_id in some}))
            for some in _in_parts(self.deliveries)
        ]
        return [*deliveries, *(([], list(some)) for some in _in_parts(self.unowed))]


class EndedDeliveries:
    """Ended deliveries, found by walking the events: their ids grow with time, as no index says."""

    def __init__(self, database: Database, *, delivered: timedelta, failed: timedelta) -> None:
        self._database = database
        self._delivered = delivered
        self._failed = failed

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        """From the oldest event on, for as long as they are old enough."""
        ages = Ages(now - self._delivered, now - self._failed)
        after: int | None = 0
        while after is not None:
            async with self._database.reading() as reading:
                old = await look(reading, ages, after)
            yield 0
            for delivery_ids, event_ids in old.parts():
                async with self._database.transaction() as tx:
                    gone = await let_go(tx, ages, delivery_ids)
                    gone += await forget_unowed(tx, event_ids)
                yield gone
            after = old.last_event


async def look(reading: Reading, ages: Ages, after: int) -> Old:
    """The next events behind that id, with what may go of them."""
    some = (
        select(event.c.id, event.c.created_at)
        .where(event.c.id > after)
        .order_by(event.c.id)
        .limit(LOOKED_AT)
        .subquery()
    )
    edges = select(func.max(some.c.id).label("last"), func.min(some.c.created_at).label("oldest"))
    edge = (await reading.execute(edges)).one()
    # One that a wrong clock dated into the future holds up nothing: the oldest of them counts.
    if edge.oldest is None or edge.oldest > ages.youngest:
        return Old((), (), None)
    ended = select(delivery.c.id, delivery.c.event_id).where(
        delivery.c.event_id > after, delivery.c.event_id <= edge.last, ages.passed()
    )
    unowed = select(event.c.id).where(
        event.c.id > after,
        event.c.id <= edge.last,
        event.c.created_at <= ages.youngest,
        ~_is_owed(),
    )
    found = (await reading.execute(ended.order_by(delivery.c.event_id))).all()
    lone = (await reading.execute(unowed.order_by(event.c.id))).scalars().all()
    return Old([(row.id, row.event_id) for row in found], lone, edge.last)


async def let_go(tx: Transaction, ages: Ages, delivery_ids: Sequence[int]) -> int:
    """Delete those that may still go, with their attempts; one that is sent again stays."""
    still = (
        select(delivery.c.id)
        .where(delivery.c.id.in_(delivery_ids), ages.passed())
        .with_for_update(skip_locked=True)
    )
    return (await tx.execute(delete(delivery).where(delivery.c.id.in_(still)))).rowcount


async def forget_unowed(tx: Transaction, event_ids: Sequence[int]) -> int:
    """Delete those events, with their bodies, of which no delivery is left.

    None can be added to one: they are written with it. Where two processes each delete one of an
    event's last two deliveries, the event goes with the next walk.
    """
    unowed = (
        select(event.c.id)
        .where(event.c.id.in_(event_ids), ~_is_owed())
        .with_for_update(skip_locked=True)
    )
    return (await tx.execute(delete(event).where(event.c.id.in_(unowed)))).rowcount


def _is_owed() -> ColumnElement[bool]:
    """Whether a delivery of an event is left, or it stands in a feed."""
    owed = exists().where(delivery.c.event_id == event.c.id)
    return or_(owed, exists().where(feed_entry.c.event_id == event.c.id))


def _in_parts(rows: Sequence[Row]) -> list[Sequence[Row]]:
    return [rows[start : start + TOGETHER] for start in range(0, len(rows), TOGETHER)]
