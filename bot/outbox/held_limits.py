"""Limits of what waits: for an endpoint that does not receive, and for one that takes too little.

Between two sweeps there may be more.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    delete,
    func,
    or_,
    select,
    true,
    update,
)

from bot import kept_texts as kept
from bot.catalogue.security import AuditDraft
from bot.outbox import endpoint_store
from bot.outbox.audit import AuditReader
from bot.outbox.endpoints import Endpoint
from bot.outbox.retention import TOGETHER, forget_unowed
from bot.outbox.tables import DeliveryState, EndpointState, delivery, endpoint, in_state
from bot.storage.database import Database, Transaction

MOST = 10_000  # rows an endpoint
LONGEST = timedelta(days=7)
FELL_OUT = "endpoint.queued_too_long"
QUIET = timedelta(days=1)  # from one word about an endpoint's queue to the next
RUN_UP = timedelta(hours=1)  # what a machine that was off had waiting may go out first

OnFellOut = Callable[[Transaction, Endpoint], Awaitable[None]]
"""Called inside the transaction in which some of an endpoint's queue failed, once a day."""


@dataclass(frozen=True, slots=True)
class QueueBounds:
    """Bounds of what waits for one endpoint: so many rows, and so long after they were due."""

    most: int = MOST
    longest: timedelta = LONGEST


@dataclass(frozen=True, slots=True)
class HeldKind:
    """One way of waiting, and what becomes of what has waited too long."""

    state: DeliveryState
    of: ColumnElement[bool]  # the endpoints that it is bounded for
    done: str  # as an audit entry's type names it, and the reason of what failed
    told: str
    bounds: QueueBounds = QueueBounds()
    holds: bool = False  # whether nothing of it can go out meanwhile


HELD = HeldKind(
    DeliveryState.PENDING,
    endpoint.c.state != EndpointState.ACTIVE.value,
    kept.HELD_TOO_LONG,
    "The {count} oldest deliveries held for the webhook “{name}” have failed",
    holds=True,
)
MISSED = HeldKind(
    DeliveryState.MISSED,
    true(),
    "missed_let_go",
    "The {count} oldest events that the webhook “{name}” missed are no longer kept",
)
QUEUED = HeldKind(
    DeliveryState.PENDING,
    endpoint.c.state == EndpointState.ACTIVE.value,
    kept.QUEUED_TOO_LONG,
    "The webhook “{name}” takes less than it gets: its {count} oldest deliveries have failed",
)
WAITED_TOO_LONG = frozenset({HELD.done, QUEUED.done})
"""Reasons of deliveries that failed because they waited."""


class WaitingDeliveries:
    """Deliveries that wait, too many or too long: missed ones go, others fail, oldest first.

    `queue` bounds what waits for an endpoint that receives; `on_fell_out` hears of its breach.
    """

    def __init__(
        self, database: Database, audit: AuditReader, *, queue: QueueBounds | None = None
    ) -> None:
        self._database = database
        self._audit = audit
        self._queued = replace(QUEUED, bounds=queue or QueueBounds())
        self._began: datetime | None = None
        self.on_fell_out: OnFellOut | None = None

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        """One endpoint after the other."""
        self._began = self._began or now
        for kind in (HELD, MISSED, self._queued):
            if kind is self._queued and now < self._began + RUN_UP:
                continue
            async with self._database.reading() as reading:
                rows = (await reading.execute(_beyond(kind, now))).all()
            yield 0
            for row in rows:
                is_told = False
                while gone := await self._step(kind, row.endpoint_id, now, is_told=is_told):
                    is_told = True
                    yield gone

    async def _step(self, kind: HeldKind, endpoint_id: int, now: datetime, *, is_told: bool) -> int:
        """Let some go if there still are too many; the first step tells of all of them."""
        async with self._database.transaction() as tx:
            owner = await _hold(tx, kind, endpoint_id)
            beyond = _beyond(kind, now).where(delivery.c.endpoint_id == endpoint_id)
            row = None if owner is None else (await tx.execute(beyond)).one_or_none()
            if owner is None or row is None:
                return 0
            count = max(row.waiting - kind.bounds.most, row.old)
            gone = await _let_oldest_go(tx, kind, endpoint_id, min(count, TOGETHER), now)
            if gone and not is_told:
                await self._tell(tx, kind, _draft(kind, owner, endpoint_id, count), now)
        return gone

    async def _tell(
        self, tx: Transaction, kind: HeldKind, draft: AuditDraft, now: datetime
    ) -> None:
        """An entry; of a queue, which may overflow with every sweep, once a day with a notice."""
        if kind is self._queued and draft.target_id is not None:
            last = await self._audit.last(tx, draft.guild_id, FELL_OUT, draft.target_id)
            if last is not None and now - last.created_at < QUIET:
                return
            owner = await endpoint_store.by_id(tx, int(draft.target_id))
            if owner is not None and self.on_fell_out is not None:
                await self.on_fell_out(tx, owner)
        await self._audit.write(tx, draft)


def _beyond(kind: HeldKind, now: datetime) -> Select[Any, int, int]:
    """Endpoints of which more wait than may: how many do, and how many of these for too long.

    Whole days count, so that an endpoint that is off for ever is told of once a day.
    """
    since = (now - kind.bounds.longest).replace(hour=0, minute=0, second=0, microsecond=0)
    is_old = delivery.c.due_at < since
    if kind.holds:
        # One that was on its way is due as its event was: it was held no earlier than all others.
        is_old = and_(is_old, endpoint.c.changed_at < since)
    waiting = func.count()
    old = func.count().filter(is_old)
    return (
        select(delivery.c.endpoint_id, waiting.label("waiting"), old.label("old"))
        .join(endpoint, and_(endpoint.c.id == delivery.c.endpoint_id, kind.of))
        .where(in_state(kind.state))
        .group_by(delivery.c.endpoint_id)
        .having(or_(waiting > kind.bounds.most, old > 0))
    )


async def _hold(tx: Transaction, kind: HeldKind, endpoint_id: int) -> Row[Any] | None:
    """The endpoint, which nobody else sweeps or switches meanwhile; None where one of them does."""
    chosen = select(endpoint.c.guild_id, endpoint.c.name).where(endpoint.c.id == endpoint_id)
    held = chosen.where(kind.of).with_for_update(key_share=True, skip_locked=True)
    return (await tx.execute(held)).one_or_none()


async def _let_oldest_go(
    tx: Transaction, kind: HeldKind, endpoint_id: int, limit: int, now: datetime
) -> int:
    oldest = (
        select(delivery.c.id, delivery.c.event_id)
        .where(delivery.c.endpoint_id == endpoint_id, in_state(kind.state))
        .order_by(delivery.c.due_at, delivery.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = (await tx.execute(oldest)).all()
    chosen = delivery.c.id.in_([row.id for row in rows])
    if kind.state is DeliveryState.PENDING:
        failed = {"state": int(DeliveryState.FAILED), "settled_at": now, "reason": kind.done}
        await tx.execute(update(delivery).where(chosen).values(failed))
    else:
        await tx.execute(delete(delivery).where(chosen))
        await forget_unowed(tx, sorted({row.event_id for row in rows}))
    return len(rows)


def _draft(kind: HeldKind, owner: Row[Any], endpoint_id: int, count: int) -> AuditDraft:
    told, most = kind.told.format(count=count, name=owner.name), kind.bounds.most
    why = f"more than {kind.bounds.longest.days} days have passed, or more than {most} were waiting"
    return AuditDraft(
        guild_id=owner.guild_id,
        event_type=f"endpoint.{kind.done}",
        severity="warn",
        source="system",
        summary=f"{told}: {why}.",
        target_type="endpoint",
        target_id=str(endpoint_id),
        context={"name": owner.name, "count": count},
    )
