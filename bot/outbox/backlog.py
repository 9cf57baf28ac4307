"""Backlog: how much waits, for how long, in how much room; a reading that changes nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select

from bot.outbox.endpoints import FAILING_AFTER
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
    overdue: timedelta  # of the pending one that may go and has been due for longest
    size: int

    @property
    def waiting(self) -> int:
        return self.pending + self.delivering


async def read_backlog(reading: Reading, now: datetime) -> Backlog:
    """Count; what waits is read from its own indexes, all rows from the narrowest index there is.

    The latter takes some 10 ms for each million rows: for a look a minute, not ten a second.
    """
    queued = (
        select(
            endpoint.c.state,
            endpoint.c.failures,
            endpoint.c.rate_limit,
            endpoint.c.retry_at,
            endpoint.c.order_at,
            func.count().label("number"),
            func.min(delivery.c.due_at).label("due_at"),
        )
        .join_from(delivery, endpoint, endpoint.c.id == delivery.c.endpoint_id)
        .where(in_state(DeliveryState.PENDING))
        .group_by(endpoint.c.id)
    )
    rows = (await reading.execute(queued)).all()
    active = [row for row in rows if row.state == EndpointState.ACTIVE.value]
    pending = sum(row.number for row in active)
    held = sum(row.number for row in rows) - pending
    due_at = min((_may_go(row, row.due_at) for row in active if _is_prompt(row)), default=now)
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
    is_prompt: bool = True  # what is due goes at once

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
            due_at=due_at and _may_go(row, due_at),
            last_error=row.last_error if row.failures else None,
            is_prompt=_is_prompt(row),
        )
        for row in rows
        for due_at in (counted[DeliveryState.PENDING].get(row.id, NOTHING)[1],)
    ]


def _may_go(row: Row[Any], due_at: datetime) -> datetime:
    """Nothing goes before the receiver wants it, nor in order before the first is tried again."""
    return max(due_at, row.retry_at or due_at, row.order_at or due_at)


def _is_prompt(row: Row[Any]) -> bool:
    """Whether what is due to it goes at once: not where it is probed, or had its own limit set."""
    return row.failures < FAILING_AFTER and row.rate_limit is None


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
