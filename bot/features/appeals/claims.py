"""Rows that are due, taken so that nobody else takes them for the length of a lease."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, select, update

from bot.features.appeals.cards import Card, card_of
from bot.features.appeals.model import Appeal, State, Told
from bot.features.appeals.store import appeal_of
from bot.features.appeals.tables import appeal, appeal_card
from bot.storage.database import Transaction

LEASE = timedelta(minutes=1)
AT_ONCE = 25


class Claims:
    """Each takes 25 at most; what was taken and not settled is due again when the lease is over."""

    async def stuck(self, tx: Transaction, now: datetime) -> list[Appeal]:
        """Approvals that nobody has finished within the lease."""
        rows = await _claim(tx, appeal, appeal.c.state == State.APPROVING.value, now)
        return sorted(map(appeal_of, rows), key=lambda one: one.id)

    async def letters(self, tx: Transaction, now: datetime) -> list[Appeal]:
        """Appeals whose end the person is still to be told."""
        is_over = appeal.c.state != State.APPROVING.value
        rows = await _claim(tx, appeal, (appeal.c.told == Told.OWED.value) & is_over, now)
        return sorted(map(appeal_of, rows), key=lambda one: one.id)

    async def cards(self, tx: Transaction, now: datetime) -> list[Card]:
        """Cards to be drawn, and those whose appeal is gone."""
        is_due = (appeal_card.c.state == Told.OWED.value) | appeal_card.c.appeal_id.is_(None)
        rows = await _claim(tx, appeal_card, is_due, now)
        return sorted(map(card_of, rows), key=lambda one: one.id)


async def _claim(
    tx: Transaction, table: Table, is_due: ColumnElement[bool], now: datetime
) -> list[Row[Any]]:
    is_free = (table.c.look_at.is_(None)) | (table.c.look_at <= now)
    due = select(table.c.id).where(is_due, is_free).order_by(table.c.id).limit(AT_ONCE)
    result = await tx.execute(
        update(table)
        .where(table.c.id.in_(due.with_for_update(skip_locked=True).scalar_subquery()))
        .values(look_at=now + LEASE)
        .returning(*table.c)
    )
    return list(result)
