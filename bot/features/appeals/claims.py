"""Appeals and cards of which something is due."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, select

from bot.features.appeals.cards import Card, card_of
from bot.features.appeals.model import Appeal, AppealState, Told
from bot.features.appeals.store import appeal_of
from bot.features.appeals.tables import appeal, appeal_card
from bot.storage.database import Transaction
from bot.storage.sweep import lease


class Claims:
    """Each leases some; what is not settled by then is due again when the lease is over."""

    async def stuck(self, tx: Transaction, now: datetime) -> list[Appeal]:
        """Approvals that nobody has finished within the lease."""
        return list(
            map(
                appeal_of,
                await _leased(tx, appeal, appeal.c.state == AppealState.APPROVING.value, now),
            )
        )

    async def letters(self, tx: Transaction, now: datetime) -> list[Appeal]:
        """Appeals whose end the person is still to be told."""
        is_over = appeal.c.state != AppealState.APPROVING.value
        return list(
            map(
                appeal_of,
                await _leased(tx, appeal, (appeal.c.told == Told.OWED.value) & is_over, now),
            )
        )

    async def cards(self, tx: Transaction, now: datetime) -> list[Card]:
        """Cards to be drawn, and those whose appeal is gone."""
        is_due = (appeal_card.c.state == Told.OWED.value) | appeal_card.c.appeal_id.is_(None)
        return list(map(card_of, await _leased(tx, appeal_card, is_due, now)))


async def _leased(
    tx: Transaction, table: Table, is_due: ColumnElement[bool], now: datetime
) -> list[Row[Any]]:
    return await lease(tx, table, select(table.c.id).where(is_due).order_by(table.c.id), now)
