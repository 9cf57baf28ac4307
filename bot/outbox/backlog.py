"""Backlog: how much waits, for how long, in how much room; a reading that changes nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from bot.outbox.tables import DeliveryState, EndpointState, delivery, endpoint, in_state
from bot.storage.database import Reading
from bot.storage.size import database_size


@dataclass(frozen=True, slots=True)
class Backlog:
    """Deliveries by what they wait for, and the database's size in bytes."""

    pending: int  # for endpoints that receive
    delivering: int  # in the memory of some process, or on their way
    held: int
    missed: int
    ended: int  # delivered or failed, and still kept
    overdue: timedelta  # of the pending one that has been due for longest
    size: int

    @property
    def waiting(self) -> int:
        return self.pending + self.delivering


async def read_backlog(reading: Reading, now: datetime) -> Backlog:
    """Count; what waits is read from its own indexes, all rows from the narrowest index there is.

    The latter takes some 10 ms for each million rows: for a look a minute, not ten a second.
    """
    receives = endpoint.c.state == EndpointState.ACTIVE.value
    queued = (
        select(
            receives.label("receives"),
            func.count().label("number"),
            func.min(delivery.c.due_at).label("due_at"),
        )
        .join_from(delivery, endpoint, endpoint.c.id == delivery.c.endpoint_id)
        .where(in_state(DeliveryState.PENDING))
        .group_by(receives)
    )
    rows = {bool(row.receives): row for row in (await reading.execute(queued)).all()}
    pending, held = (rows[key].number if key in rows else 0 for key in (True, False))
    due_at = rows[True].due_at if True in rows else now
    delivering = await _count(reading, DeliveryState.DELIVERING)
    missed = await _count(reading, DeliveryState.MISSED)
    every = (await reading.execute(select(func.count()).select_from(delivery))).scalar_one()
    return Backlog(
        pending=pending,
        delivering=delivering,
        held=held,
        missed=missed,
        ended=max(every - pending - held - delivering - missed, 0),  # counted one after the other
        overdue=max(now - due_at, timedelta()),
        size=(await reading.execute(select(database_size()))).scalar_one(),
    )


async def oldest_due(reading: Reading, endpoint_id: int) -> list[datetime]:
    """When the first of an endpoint's queue is due; nothing where nothing waits."""
    first = (
        select(delivery.c.due_at)
        .where(delivery.c.endpoint_id == endpoint_id, in_state(DeliveryState.PENDING))
        .order_by(delivery.c.due_at)
        .limit(1)
    )
    return list((await reading.execute(first)).scalars())


async def _count(reading: Reading, state: DeliveryState) -> int:
    chosen = select(func.count()).select_from(delivery).where(in_state(state))
    return (await reading.execute(chosen)).scalar_one()
