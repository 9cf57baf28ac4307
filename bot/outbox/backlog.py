"""Backlog: how much waits, for how long, in how much room; a reading that changes nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from bot.outbox.tables import DeliveryState, EndpointState, delivery, endpoint, in_state
from bot.storage.database import Reading
from bot.storage.size import database_size

NOTHING: tuple[int, None] = (0, None)


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


@dataclass(frozen=True, slots=True)
class EndpointBacklog:
    """What one endpoint is owed: `due_at` is when the first of it may go."""

    name: str
    state: EndpointState
    pending: int  # held, where it does not receive
    delivering: int
    missed: int
    due_at: datetime | None
    last_error: str | None

    @property
    def receives(self) -> bool:
        return self.state is EndpointState.ACTIVE

    @property
    def is_switched_off(self) -> bool:
        """Whether that was nobody's choice."""
        return self.state is EndpointState.AUTO_DISABLED


async def guild_backlog(reading: Reading, guild_id: int) -> list[EndpointBacklog]:
    """That of each endpoint of a guild, by their names; what waits is counted in its indexes."""
    mine = select(endpoint).where(endpoint.c.guild_id == guild_id).order_by(endpoint.c.name_key)
    rows = (await reading.execute(mine)).all()
    counted = {
        state: await _of_endpoints(reading, [row.id for row in rows], state)
        for state in (DeliveryState.PENDING, DeliveryState.DELIVERING, DeliveryState.MISSED)
    }
    return [
        EndpointBacklog(
            name=row.name,
            state=EndpointState(row.state),
            pending=counted[DeliveryState.PENDING].get(row.id, NOTHING)[0],
            delivering=counted[DeliveryState.DELIVERING].get(row.id, NOTHING)[0],
            missed=counted[DeliveryState.MISSED].get(row.id, NOTHING)[0],
            due_at=_later(row.retry_at, counted[DeliveryState.PENDING].get(row.id, NOTHING)[1]),
            last_error=row.last_error if row.failures else None,
        )
        for row in rows
    ]


def _later(retry_at: datetime | None, due_at: datetime | None) -> datetime | None:
    """Nothing goes before the receiver wants it."""
    return due_at if due_at is None or retry_at is None else max(retry_at, due_at)


async def _of_endpoints(
    reading: Reading, endpoint_ids: list[int], state: DeliveryState
) -> dict[int, tuple[int, datetime | None]]:
    """How many of them each has, and when the first is due."""
    found = await reading.execute(
        select(
            delivery.c.endpoint_id,
            func.count().label("number"),
            func.min(delivery.c.due_at).label("due_at"),
        )
        .where(delivery.c.endpoint_id.in_(endpoint_ids), in_state(state))
        .group_by(delivery.c.endpoint_id)
    )
    return {row.endpoint_id: (row.number, row.due_at) for row in found}


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
