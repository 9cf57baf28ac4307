"""Lines of the moderation log whose case was deleted: rows of `struck_line`, until they say so."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select

from bot.features.cases.model import Case
from bot.features.cases.tables import struck_line as table
from bot.storage.database import Transaction
from bot.storage.sweep import LEASE, lease


@dataclass(frozen=True, slots=True)
class Line:
    """A message in the log, the number of the case it told of, and who deleted that."""

    id: int
    guild_id: int
    channel_id: int
    message_id: int
    number: int
    by_id: int
    created_at: datetime


class LineStore:
    """Each row is taken by one, for the length of a lease."""

    async def add(self, tx: Transaction, case: Case, by_id: int, now: datetime) -> Line | None:
        """The case's line, taken at once; None where it has none."""
        if case.log_channel_id is None or case.log_message_id is None:
            return None
        values = {
            "guild_id": case.guild_id,
            "channel_id": case.log_channel_id,
            "message_id": case.log_message_id,
            "number": case.number,
            "by_id": by_id,
            "created_at": now,
            "look_at": now + LEASE,
        }
        return _line((await tx.execute(insert(table).values(values).returning(*table.c))).one())

    async def take(self, tx: Transaction, now: datetime) -> list[Line]:
        """Some of those that nobody has taken."""
        due = select(table.c.id).order_by(table.c.id)
        return [_line(row) for row in await lease(tx, table, due, now)]

    async def remove(self, tx: Transaction, line: Line) -> None:
        """It is struck, or never can be."""
        await tx.execute(delete(table).where(table.c.id == line.id))


def _line(row: Row[Any]) -> Line:
    return Line(
        row.id,
        row.guild_id,
        row.channel_id,
        row.message_id,
        row.number,
        row.by_id,
        row.created_at,
    )
