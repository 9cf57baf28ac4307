"""Rows of `appeal_card`: the messages on which the staff decide, drawn anew with each change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, delete, insert, update

from bot.features.appeals.model import Appeal, Told
from bot.features.appeals.tables import appeal_card as table
from bot.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Card:
    """One card; `appeal_id` is None once the case was deleted, and the appeal with it."""

    id: int
    appeal_id: int | None
    guild_id: int
    case_number: int
    state: Told
    owed_since: datetime
    version: int
    channel_id: int | None
    message_id: int | None
    failure: str | None


class CardStore:
    """A card that changes while it is drawn stays owed: `version` tells."""

    async def add(self, tx: Transaction, appeal: Appeal, now: datetime) -> None:
        """The card of a new appeal, not drawn yet."""
        await tx.execute(
            insert(table).values(
                appeal_id=appeal.id,
                guild_id=appeal.guild_id,
                case_number=appeal.case_number,
                state=Told.OWED.value,
                owed_since=now,
                version=0,
            )
        )

    async def owe(self, tx: Transaction, appeal: Appeal, now: datetime) -> None:
        """The appeal changed: so must its card."""
        await tx.execute(
            update(table)
            .where(table.c.appeal_id == appeal.id)
            .values(
                state=Told.OWED.value, owed_since=now, version=table.c.version + 1, look_at=None
            )
        )

    async def drawn(self, tx: Transaction, card: Card, state: Told, **values: Any) -> None:
        """What became of drawing it as it was seen."""
        is_current = table.c.version == card.version
        if state is not Told.OWED:
            values["look_at"] = None
        await tx.execute(
            update(table)
            .where(table.c.id == card.id)
            .values(state=case((is_current, state.value), else_=table.c.state), **values)
        )

    async def remove(self, tx: Transaction, card: Card) -> None:
        """The last was said on it."""
        await tx.execute(delete(table).where(table.c.id == card.id))


def card_of(row: Row[Any]) -> Card:
    """A whole row as a card."""
    return Card(
        id=row.id,
        appeal_id=row.appeal_id,
        guild_id=row.guild_id,
        case_number=row.case_number,
        state=Told(row.state),
        owed_since=row.owed_since,
        version=row.version,
        channel_id=row.channel_id,
        message_id=row.message_id,
        failure=row.failure,
    )
