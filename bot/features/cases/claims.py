"""Rows that are due, taken so that nobody else takes them for the length of a lease."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select, update

from bot.features.cases.model import Case, State, Told
from bot.features.cases.store import case_of
from bot.features.cases.tables import moderation_case as table
from bot.storage.database import Transaction

LEASE = timedelta(minutes=1)
AT_ONCE = 25


class Claims:
    """Each takes 25 at most; what was taken and not settled is due again when the lease is over."""

    async def ended(self, tx: Transaction, now: datetime) -> list[Case]:
        """Cases whose time has run out, the most overdue first."""
        due = (
            select(table.c.id)
            .where(table.c.state == State.ACTIVE.value, table.c.expires_at <= now)
            .order_by(table.c.expires_at)
        )
        return await self._claim(tx, due, now)

    async def stuck(self, tx: Transaction, now: datetime) -> list[Case]:
        """Cases that have been pending for longer than the lease."""
        due = (
            select(table.c.id)
            .where(table.c.state == State.PENDING.value, table.c.created_at <= now - LEASE)
            .order_by(table.c.id)
        )
        return await self._claim(tx, due, now)

    async def again(self, tx: Transaction, now: datetime) -> list[Case]:
        """Cases in effect of which something is to be done on Discord once more."""
        due = (
            select(table.c.id)
            .where(table.c.state == State.ACTIVE.value, table.c.repeats)
            .order_by(table.c.id)
        )
        return await self._claim(tx, due, now)

    async def owed(self, tx: Transaction, now: datetime) -> list[Case]:
        """Settled cases with a letter or a line in the log still owed."""
        is_owed = (table.c.told == Told.OWED.value) | (table.c.logged == Told.OWED.value)
        due = (
            select(table.c.id)
            .where(is_owed, table.c.settled_at <= now - LEASE)
            .order_by(table.c.settled_at)
        )
        return await self._claim(tx, due, now)

    async def _claim(self, tx: Transaction, due: Select[Any], now: datetime) -> list[Case]:
        free = due.where((table.c.look_at.is_(None)) | (table.c.look_at <= now)).limit(AT_ONCE)
        result = await tx.execute(
            update(table)
            .where(table.c.id.in_(free.with_for_update(skip_locked=True).scalar_subquery()))
            .values(look_at=now + LEASE)
            .returning(*table.c)
        )
        return sorted((case_of(row) for row in result), key=lambda case: case.id)
