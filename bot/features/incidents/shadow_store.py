"""Store of shadows: a row for each protection of a guild that ever was in one."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, select, text, update

from bot.features.incidents.model import Shadow
from bot.features.incidents.tables import shadow as table
from bot.storage.database import Reading, Transaction
from bot.storage.schema import UtcDateTime, from_row

_BEGIN = text(
    "INSERT INTO shadow (guild_id, feature, ends_at, is_told) "
    "VALUES (:guild_id, :feature, :ends_at, :is_told) "
    "ON CONFLICT (guild_id, feature) DO UPDATE "
    "SET ends_at = excluded.ends_at, is_told = excluded.is_told, look_at = NULL"
).bindparams(bindparam("ends_at", type_=UtcDateTime))


async def find(reading: Reading, guild_id: int, feature: str) -> Shadow | None:
    """The newest shadow of a protection, over or not."""
    query = select(table).where(table.c.guild_id == guild_id, table.c.feature == feature)
    row = (await reading.execute(query)).one_or_none()
    return None if row is None else shadow_of(row)


async def by_id(reading: Reading, shadow_id: int) -> Shadow | None:
    row = (await reading.execute(select(table).where(table.c.id == shadow_id))).one_or_none()
    return None if row is None else shadow_of(row)


async def put(
    tx: Transaction, guild_id: int, feature: str, ends_at: datetime, *, is_told: bool
) -> None:
    """Begin one, in the place of any before; with `is_told` nobody is told of its end."""
    row = {"guild_id": guild_id, "feature": feature, "ends_at": ends_at, "is_told": is_told}
    await tx.execute(_BEGIN, row)


async def told(tx: Transaction, seen: Shadow) -> bool:
    """Its end is told from now on; false where it was, or another began."""
    wanted = table.c.id == seen.id, ~table.c.is_told, table.c.ends_at == seen.ends_at
    changed = await tx.execute(update(table).where(*wanted).values(is_told=True, look_at=None))
    return changed.rowcount > 0


def over(now: datetime) -> Select[Any]:
    """Those that ended, of which nobody was told."""
    wanted = ~table.c.is_told & (table.c.ends_at <= now)
    return select(table.c.id).where(wanted).order_by(table.c.ends_at, table.c.id)


def shadow_of(row: Row[Any]) -> Shadow:
    """A whole row as a shadow."""
    return from_row(Shadow, row)
