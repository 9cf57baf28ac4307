"""Store of `/webhook`: reads an endpoint's deliveries, and how many wait."""

from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, select
from sqlalchemy.exc import IntegrityError

from bot.errors import UserError
from bot.outbox.requeue import Requeue
from bot.outbox.tables import DeliveryState, attempt, delivery, endpoint, event, in_state
from bot.storage.database import Reading, Transaction


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One delivery with its event and what came of its last attempt."""

    id: int
    event_id: UUID
    event_type: str
    created_at: datetime
    state: DeliveryState
    attempt: int
    due_at: datetime
    reason: str | None
    last_status: int | None
    last_error: str | None


_DELIVERIES = select(
    delivery.c.id,
    event.c.uuid,
    event.c.type,
    event.c.created_at,
    delivery.c.state,
    delivery.c.attempt,
    delivery.c.due_at,
    delivery.c.reason,
).join(event, event.c.id == delivery.c.event_id)


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt as it was kept."""

    id: int
    number: int
    started_at: datetime
    latency_ms: int | None
    status: int | None
    error: str | None
    detail: str | None
    answer: bytes
    delivery_id: int


@dataclass(frozen=True, slots=True)
class Missed:
    """Missed events of an endpoint that was off: how many of each type, and since when."""

    types: Mapping[str, int]
    since: datetime | None

    @property
    def count(self) -> int:
        return sum(self.types.values())


async def page(
    reading: Reading,
    endpoint_id: int,
    states: Collection[DeliveryState],
    *,
    offset: int,
    limit: int,
) -> list[DeliveryRow]:
    """Deliveries in those states, newest first."""
    chosen = (
        _DELIVERIES.where(
            delivery.c.endpoint_id == endpoint_id,
            delivery.c.state.in_([int(state) for state in states]),
        )
        .order_by(delivery.c.id.desc())
        .offset(offset)
        .limit(limit)
    )
    rows = (await reading.execute(chosen)).all()
    last = await _last_attempts(reading, [row.id for row in rows])
    return [_from_row(row, last.get(row.id)) for row in rows]


async def one(reading: Reading, endpoint_id: int, delivery_id: int) -> DeliveryRow | None:
    """That delivery of that endpoint; None where it has no such delivery."""
    chosen = _DELIVERIES.where(delivery.c.id == delivery_id, delivery.c.endpoint_id == endpoint_id)
    row = (await reading.execute(chosen)).one_or_none()
    if row is None:
        return None
    last = await _last_attempts(reading, [row.id])
    return _from_row(row, last.get(row.id))


async def attempts(reading: Reading, delivery_id: int) -> list[AttemptRow]:
    """Every attempt at a delivery, the newest first."""
    chosen = select(attempt).where(attempt.c.delivery_id == delivery_id)
    rows = await reading.execute(chosen.order_by(attempt.c.id.desc()))
    return [_attempt(row) for row in rows]


async def last_failures(reading: Reading, endpoint_id: int, limit: int) -> list[AttemptRow]:
    """The newest attempts of that endpoint's unfinished and failed deliveries."""
    open_states = [int(DeliveryState.PENDING), int(DeliveryState.FAILED)]
    chosen = (
        select(attempt)
        .join(delivery, delivery.c.id == attempt.c.delivery_id)
        .where(delivery.c.endpoint_id == endpoint_id, delivery.c.state.in_(open_states))
    )
    rows = await reading.execute(chosen.order_by(attempt.c.id.desc()).limit(limit))
    return [_attempt(row) for row in rows]


async def missed(reading: Reading, endpoint_id: int) -> Missed:
    """What that endpoint missed, the most frequent type first."""
    count = func.count()
    since = func.min(event.c.created_at)
    chosen = (
        select(event.c.type, count.label("number"), since.label("since"))
        .join(delivery, delivery.c.event_id == event.c.id)
        .where(
            delivery.c.endpoint_id == endpoint_id,
            in_state(DeliveryState.MISSED),
        )
        .group_by(event.c.type)
        .order_by(count.desc(), event.c.type)
    )
    rows = (await reading.execute(chosen)).all()
    types = {str(row.type): int(row.number) for row in rows}
    return Missed(types, min((row.since for row in rows), default=None))


async def owed(reading: Reading, wanted: Requeue) -> tuple[int, int]:
    """How many deliveries that describes, whatever its limit, and the greatest id."""
    counted = select(func.count().label("number"), func.max(delivery.c.id).label("last")).join_from(
        delivery, event, event.c.id == delivery.c.event_id
    )
    row = (await reading.execute(counted.where(*wanted.conditions()))).one()
    return int(row.number), int(row.last or 0)


async def drop_missed(tx: Transaction, endpoint_id: int, limit: int) -> int:
    """Forget some of what that endpoint missed; how many."""
    oldest = (
        select(delivery.c.id)
        .where(
            delivery.c.endpoint_id == endpoint_id,
            in_state(DeliveryState.MISSED),
        )
        .order_by(delivery.c.id)
        .limit(limit)
    )
    dropped = await tx.execute(delete(delivery).where(delivery.c.id.in_(oldest)))
    return dropped.rowcount


async def drop_some(tx: Transaction, endpoint_id: int, limit: int) -> int:
    """Forget some of what that endpoint was sent or is owed and is not on its way; how many."""
    some = (
        select(delivery.c.id)
        .where(
            delivery.c.endpoint_id == endpoint_id,
            delivery.c.state != int(DeliveryState.DELIVERING),
        )
        .order_by(delivery.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    dropped = await tx.execute(delete(delivery).where(delivery.c.id.in_(some)))
    return dropped.rowcount


async def state_of(reading: Reading, endpoint_id: int, delivery_id: int) -> DeliveryState | None:
    """Where that delivery of that endpoint stands; None where it has no such delivery."""
    found = await reading.execute(
        select(delivery.c.state).where(
            delivery.c.id == delivery_id, delivery.c.endpoint_id == endpoint_id
        )
    )
    state = found.scalar_one_or_none()
    return None if state is None else DeliveryState(state)


async def waiting(reading: Reading, endpoint_id: int) -> int:
    """How many deliveries of that endpoint are queued."""
    queued = 0
    for state in (DeliveryState.PENDING, DeliveryState.DELIVERING):
        # One by one: each state has an index of its own, and history is long.
        query = select(func.count()).select_from(delivery)
        mine = query.where(delivery.c.endpoint_id == endpoint_id, in_state(state))
        queued += int((await reading.execute(mine)).scalar_one())
    return queued


async def _last_attempts(reading: Reading, delivery_ids: Sequence[int]) -> dict[int, Row[Any]]:
    if not delivery_ids:
        return {}
    # By id, not by number: a delivery that was sent again counts its attempts from 1.
    newest = (
        select(func.max(attempt.c.id))
        .where(attempt.c.delivery_id.in_(delivery_ids))
        .group_by(attempt.c.delivery_id)
    )
    columns = select(attempt.c.delivery_id, attempt.c.status, attempt.c.error)
    rows = (await reading.execute(columns.where(attempt.c.id.in_(newest)))).all()
    return {row.delivery_id: row for row in rows}


class EndpointCount:
    """Count of a guild's endpoints; two people at once do not pass the limit."""

    async def hold(self, tx: Transaction, guild_id: int) -> int:
        """How many there are; on PostgreSQL whoever asks next waits for this transaction."""
        held = select(endpoint.c.id).where(endpoint.c.guild_id == guild_id)
        await tx.execute(held.order_by(endpoint.c.id).with_for_update(key_share=True))
        # A second statement: it sees what the transaction waited for has added.
        return await self.read(tx, guild_id)

    async def read(self, reading: Reading, guild_id: int) -> int:
        """How many there are."""
        found = await reading.execute(
            select(func.count()).select_from(endpoint).where(endpoint.c.guild_id == guild_id)
        )
        return int(found.scalar_one())


@contextmanager
def refusing_twins(refusal: UserError) -> Generator[None]:
    """Around a transaction: answer with `refusal` where a row of that name came first."""
    try:
        yield
    except IntegrityError as error:
        raise refusal from error


def _attempt(row: Row[Any]) -> AttemptRow:
    return AttemptRow(
        id=row.id,
        number=row.number,
        started_at=row.started_at,
        latency_ms=row.latency_ms,
        status=row.status,
        error=row.error,
        detail=row.detail,
        answer=bytes(row.answer or b""),
        delivery_id=row.delivery_id,
    )


def _from_row(row: Row[Any], last: Row[Any] | None) -> DeliveryRow:
    return DeliveryRow(
        id=row.id,
        event_id=row.uuid,
        event_type=row.type,
        created_at=row.created_at,
        state=DeliveryState(row.state),
        attempt=row.attempt,
        due_at=row.due_at,
        reason=row.reason,
        last_status=None if last is None else last.status,
        last_error=None if last is None else last.error,
    )
