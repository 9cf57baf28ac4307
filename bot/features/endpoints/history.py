"""History of an endpoint: its deliveries as people see them, and the attempts at each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, false, func, select

from bot.dialects import Dialect
from bot.errors import UserError
from bot.outbox.endpoints import Endpoint
from bot.outbox.held_limits import WAITED_TOO_LONG
from bot.outbox.tables import DeliveryState, attempt, body, delivery, event
from bot.storage.database import Reading
from bot.storage.schema import from_row
from bot.texts import _


class ShownState(StrEnum):
    """A delivery's state as people see it: `held` is a pending one of an idle endpoint."""

    PENDING = "pending"
    DELIVERING = "delivering"
    DELIVERED = "delivered"
    FAILED = "failed"
    HELD = "held"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class DeliverySummary:
    """One delivery as it is shown; `word` is its state in the words of its dialect.

    `key` is what its receiver tells it by.
    """

    id: int
    key: str
    event_type: str
    created_at: datetime
    state: ShownState
    word: str
    attempt: int
    last_status: int | None
    last_error: str | None
    next_due_at: datetime | None  # only while another attempt is to come


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt as it was kept."""

    id: int
    delivery_id: int
    number: int
    started_at: datetime
    latency_ms: int | None
    status: int | None
    error: str | None
    detail: str | None
    answer: bytes | None


PAGE_SIZE = 10
EVENT_TYPE = re.compile(r"[a-z_.]{1,100}")


@dataclass(frozen=True, slots=True)
class Sought:
    """Deliveries that somebody looks for: of one type of event, of one number; `size` a page."""

    event_type: str | None = None
    number: int | None = None
    size: int = PAGE_SIZE

    def conditions(self) -> Sequence[ColumnElement[bool]]:
        """What is true of them."""
        wanted: list[ColumnElement[bool]] = []
        if self.event_type is not None:  # not every text can be asked of every database
            is_type = EVENT_TYPE.fullmatch(self.event_type) is not None
            wanted.append(event.c.type == self.event_type if is_type else false())
        if self.number is not None:
            wanted.append(delivery.c.id == self.number)
        return wanted


EVERY = Sought()

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


class History:
    """History of one endpoint, which speaks a dialect."""

    def __init__(
        self, endpoint: Endpoint, dialect: Dialect, *, only: Sequence[ColumnElement[bool]] = ()
    ) -> None:
        self._endpoint = endpoint
        self._dialect = dialect
        self._deliveries = _DELIVERIES.where(delivery.c.endpoint_id == endpoint.id, *only)

    async def page(
        self, reading: Reading, state: str | None, *, offset: int, limit: int
    ) -> Sequence[DeliverySummary]:
        """Deliveries in one shown state or in all, newest first; a UserError for no state."""
        states = [int(one) for one in self._states(state)]
        chosen = self._deliveries.where(delivery.c.state.in_(states))
        chosen = chosen.order_by(delivery.c.id.desc()).offset(offset).limit(limit)
        return await self._read(reading, chosen)

    async def one(self, reading: Reading, delivery_id: int) -> DeliverySummary | None:
        """That delivery; None where the endpoint has no such delivery."""
        found = await self._read(reading, self._deliveries.where(delivery.c.id == delivery_id))
        return found[0] if found else None

    async def last_failures(self, reading: Reading, limit: int) -> list[AttemptRow]:
        """The newest attempts at its unfinished and failed deliveries."""
        open_states = [int(DeliveryState.PENDING), int(DeliveryState.FAILED)]
        chosen = (
            select(attempt)
            .join(delivery, delivery.c.id == attempt.c.delivery_id)
            .where(delivery.c.endpoint_id == self._endpoint.id, delivery.c.state.in_(open_states))
        )
        rows = await reading.execute(chosen.order_by(attempt.c.id.desc()).limit(limit))
        return [from_row(AttemptRow, row) for row in rows]

    async def _read(
        self, reading: Reading, chosen: Select[*tuple[Any, ...]]
    ) -> list[DeliverySummary]:
        rows = (await reading.execute(chosen)).all()
        if not rows:
            return []
        # By id, not by number: a delivery that was sent again counts its attempts from 1.
        newest = (
            select(func.max(attempt.c.id))
            .where(attempt.c.delivery_id.in_([row.id for row in rows]))
            .group_by(attempt.c.delivery_id)
        )
        columns = select(attempt.c.delivery_id, attempt.c.status, attempt.c.error)
        found = (await reading.execute(columns.where(attempt.c.id.in_(newest)))).all()
        last = {row.delivery_id: (row.status, row.error) for row in found}
        return [self._shown(row, *last.get(row.id, (None, None))) for row in rows]

    def _shown(self, row: Row[Any], status: int | None, error: str | None) -> DeliverySummary:
        state = ShownState[DeliveryState(row.state).name]
        if state is ShownState.PENDING and not self._endpoint.receives:
            state = ShownState.HELD
        # What waited for too long failed without an attempt: an older one's error is not why.
        too_long = state is ShownState.FAILED and row.reason in WAITED_TOO_LONG
        return DeliverySummary(
            id=row.id,
            key=self._dialect.key(row.uuid, self._endpoint.uuid),
            event_type=row.type,
            created_at=row.created_at,
            state=state,
            word=self._dialect.failed_word if state is ShownState.FAILED else state.value,
            attempt=row.attempt,
            last_status=status,
            last_error=row.reason if too_long else error or row.reason,
            next_due_at=row.due_at if state is ShownState.PENDING else None,
        )

    def _states(self, state: str | None) -> Sequence[DeliveryState]:
        """The stored states behind a shown one; pending is either `pending` or `held`."""
        if state is None:
            return list(DeliveryState)
        if state not in [*ShownState]:
            text = _("There is no such state; there are: {known}.")
            raise UserError(text.format(known=", ".join(ShownState)))
        idle = ShownState.PENDING if not self._endpoint.receives else ShownState.HELD
        if state == idle:
            return []
        held = state == ShownState.HELD
        return [DeliveryState.PENDING if held else DeliveryState[state.upper()]]


async def attempts(reading: Reading, delivery_id: int) -> list[AttemptRow]:
    """Every attempt at a delivery, the newest first."""
    chosen = select(attempt).where(attempt.c.delivery_id == delivery_id)
    rows = await reading.execute(chosen.order_by(attempt.c.id.desc()))
    return [from_row(AttemptRow, row) for row in rows]


async def body_of(reading: Reading, endpoint: Endpoint, delivery_id: int) -> bytes | None:
    """What a delivery of that endpoint carries; None once it is gone."""
    chosen = (
        select(body.c.bytes)
        .join(delivery, delivery.c.event_id == body.c.event_id)
        .where(
            delivery.c.id == delivery_id,
            delivery.c.endpoint_id == endpoint.id,
            body.c.dialect == endpoint.dialect,
        )
    )
    return (await reading.execute(chosen)).scalar_one_or_none()
