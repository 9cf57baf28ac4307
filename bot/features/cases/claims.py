"""Cases of which something is due."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from bot.features.cases.model import Case, CaseState, Told
from bot.features.cases.store import case_of
from bot.features.cases.tables import moderation_case as table
from bot.storage.database import Transaction
from bot.storage.sweep import LEASE, lease


class Claims:
    """Each leases some; what is not settled by then is due again when the lease is over."""

    async def ended(self, tx: Transaction, now: datetime) -> list[Case]:
        """Cases whose time has run out, the most overdue first."""
        due = (
            select(table.c.id)
            .where(table.c.state == CaseState.ACTIVE.value, table.c.expires_at <= now)
            .order_by(table.c.expires_at)
        )
        return await _claim(tx, due, now)

    async def stuck(self, tx: Transaction, now: datetime) -> list[Case]:
        """Cases that have been pending for longer than the lease."""
        due = (
            select(table.c.id)
            .where(table.c.state == CaseState.PENDING.value, table.c.created_at <= now - LEASE)
            .order_by(table.c.id)
        )
        return await _claim(tx, due, now)

    async def again(self, tx: Transaction, now: datetime) -> list[Case]:
        """Cases in effect of which something is to be done on Discord once more."""
        due = (
            select(table.c.id)
            .where(table.c.state == CaseState.ACTIVE.value, table.c.repeats)
            .order_by(table.c.id)
        )
        return await _claim(tx, due, now)

    async def owed(self, tx: Transaction, now: datetime) -> list[Case]:
        """Settled cases with a letter or a line in the log still owed."""
        is_owed = (table.c.told == Told.OWED.value) | (table.c.logged == Told.OWED.value)
        due = (
            select(table.c.id)
            .where(is_owed, table.c.settled_at <= now - LEASE)
            .order_by(table.c.settled_at)
        )
        return await _claim(tx, due, now)


async def _claim(tx: Transaction, due: Select[Any], now: datetime) -> list[Case]:
    return [case_of(row) for row in await lease(tx, table, due, now)]
