"""Store of kudos: a row for each thank-you that still counts."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, MetaData, Select, Table, delete, func, select
from sqlalchemy.schema import CreateTable, DropTable

from bot.storage.database import Reading, Transaction
from bot.storage.schema import UtcDateTime

# A real one stands in `bot.storage.schema.metadata`, and a migration makes its table.
kudos = Table(
    "kudos",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("look_at", UtcDateTime),
)


async def create(tx: Transaction) -> None:
    """In place of a migration."""
    await tx.execute(CreateTable(kudos))


async def drop(tx: Transaction) -> None:
    """Leave a lent database as it was."""
    await tx.execute(DropTable(kudos))


async def add(tx: Transaction, guild_id: int, user_id: int, ends_at: datetime) -> None:
    await tx.execute(kudos.insert().values(guild_id=guild_id, user_id=user_id, ends_at=ends_at))


async def count(reading: Reading, guild_id: int, user_id: int) -> int:
    """How many of somebody's still count."""
    theirs = (kudos.c.guild_id == guild_id) & (kudos.c.user_id == user_id)
    found = await reading.execute(select(func.count()).select_from(kudos).where(theirs))
    return int(found.scalar_one())


def over(now: datetime) -> Select[Any]:
    """Ids of those that count no longer, the oldest first."""
    return select(kudos.c.id).where(kudos.c.ends_at <= now).order_by(kudos.c.ends_at)


async def remove(tx: Transaction, kudos_id: int) -> None:
    await tx.execute(delete(kudos).where(kudos.c.id == kudos_id))
