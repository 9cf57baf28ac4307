"""Store of `/webhook`: what an endpoint is owed and has missed, counted and dropped."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.exc import IntegrityError

from bot.errors import UserError
from bot.outbox.requeue import Requeue
from bot.outbox.tables import DeliveryState, delivery, endpoint, event, in_state
from bot.storage.database import Reading, Transaction


@dataclass(frozen=True, slots=True)
class Missed:
    """Missed events of an endpoint that was off: how many of each type, and since when."""

    types: Mapping[str, int]
    since: datetime | None

    @property
    def count(self) -> int:
        return sum(self.types.values())


async def missed(reading: Reading, endpoint_id: int) -> Missed:
    """What that endpoint missed, the most frequent type first."""
    number = func.count()
    since = func.min(event.c.created_at)
    chosen = (
        select(event.c.type, number.label("number"), since.label("since"))
        .join(delivery, delivery.c.event_id == event.c.id)
        .where(delivery.c.endpoint_id == endpoint_id, in_state(DeliveryState.MISSED))
        .group_by(event.c.type)
        .order_by(number.desc(), event.c.type)
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
    return await _drop(tx, endpoint_id, in_state(DeliveryState.MISSED), limit)


async def drop_some(tx: Transaction, endpoint_id: int, limit: int) -> int:
    """Forget some of what that endpoint was sent or is owed and is not on its way; how many."""
    return await _drop(tx, endpoint_id, delivery.c.state != int(DeliveryState.DELIVERING), limit)


async def _drop(tx: Transaction, endpoint_id: int, which: ColumnElement[bool], limit: int) -> int:
    """The oldest of those; what another process is at, such as sending it again, stays."""
    some = (
        select(delivery.c.id)
        .where(delivery.c.endpoint_id == endpoint_id, which)
        .order_by(delivery.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("some")  # looked for once: PostgreSQL may run a subquery anew for each row
    )
    gone = delete(delivery).where(delivery.c.id.in_(select(some.c.id))).returning(delivery.c.id)
    return len((await tx.execute(gone)).all())  # sqlite3 counts no rows of what begins with WITH


async def state_of(reading: Reading, endpoint_id: int, delivery_id: int) -> DeliveryState | None:
    """Where that delivery of that endpoint stands; None where it has no such delivery."""
    mine = delivery.c.id == delivery_id, delivery.c.endpoint_id == endpoint_id
    state = (await reading.execute(select(delivery.c.state).where(*mine))).scalar_one_or_none()
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


async def hold_count(tx: Transaction, guild_id: int) -> int:
    """How many endpoints a guild has; two people at once do not pass a limit.

    On PostgreSQL whoever asks next waits for this transaction.
    """
    held = select(endpoint.c.id).where(endpoint.c.guild_id == guild_id)
    await tx.execute(held.order_by(endpoint.c.id).with_for_update(key_share=True))
    # A second statement: it sees what the transaction waited for has added.
    return await count(tx, guild_id)


async def count(reading: Reading, guild_id: int) -> int:
    """How many endpoints a guild has."""
    mine = select(func.count()).select_from(endpoint).where(endpoint.c.guild_id == guild_id)
    return int((await reading.execute(mine)).scalar_one())


@contextmanager
def refusing_twins(refusal: UserError) -> Generator[None]:
    """Around a transaction: answer with `refusal` where a row of that name came first."""
    try:
        yield
    except IntegrityError as error:
        raise refusal from error
