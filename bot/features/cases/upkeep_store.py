"""Store of upkeep: up to which channel of a guild the muting role is kept up, and when to look."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Select,
    Table,
    UniqueConstraint,
    bindparam,
    delete,
    select,
    text,
    update,
)

from bot.storage.database import Reading, Transaction
from bot.storage.schema import RowId, UtcDateTime, from_row, metadata, partial_index

table = Table(
    "mute_upkeep",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("newest_id", BigInteger),  # the last channel that was dealt with; none before a look
    Column("due_at", UtcDateTime),
    Column("look_at", UtcDateTime),  # not to be looked at by a sweep before
    UniqueConstraint("guild_id"),
    partial_index("mute_upkeep_due", "due_at", where="due_at IS NOT NULL"),
    sqlite_autoincrement=True,
)

OWE = text(
    "INSERT INTO mute_upkeep (guild_id, newest_id, due_at) VALUES (:guild_id, :newest_id, :now) "
    "ON CONFLICT (guild_id) DO UPDATE SET due_at = excluded.due_at, look_at = NULL, "
    "newest_id = coalesce(mute_upkeep.newest_id, excluded.newest_id)"
).bindparams(bindparam("newest_id", type_=BigInteger), bindparam("now", type_=UtcDateTime))


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Upkeep of one guild; channels later than `newest_id` are still to be dealt with."""

    id: int
    guild_id: int
    newest_id: int | None
    due_at: datetime | None
    look_at: datetime | None = None


def due(now: datetime) -> Select[Any]:
    """Guilds that are to be looked at."""
    return select(table.c.id).where(table.c.due_at <= now).order_by(table.c.due_at)


async def find(reading: Reading, guild_id: int) -> Upkeep | None:
    """What is known of the guild."""
    row = (await reading.execute(select(table).where(table.c.guild_id == guild_id))).one_or_none()
    return None if row is None else from_row(Upkeep, row)


async def owe(tx: Transaction, guild_id: int, now: datetime, before: int | None = None) -> None:
    """The guild is to be looked at; `before` is the channel to begin after, where none is known."""
    await tx.execute(OWE, {"guild_id": guild_id, "newest_id": before, "now": now})


async def kept(tx: Transaction, seen: Upkeep, newest_id: int, *, is_done: bool) -> None:
    """It is kept up to that channel; done, unless the guild became due again meanwhile."""
    is_it = table.c.id == seen.id
    await tx.execute(update(table).where(is_it).values(newest_id=newest_id))
    if is_done:
        is_same = table.c.due_at == seen.due_at
        await tx.execute(update(table).where(is_it & is_same).values(due_at=None, look_at=None))


async def forget(tx: Transaction, guild_id: int) -> None:
    """Nothing is kept up there: what is made from now on stays as it is."""
    await tx.execute(delete(table).where(table.c.guild_id == guild_id))
