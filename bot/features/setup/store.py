"""Store of how far each server has come with its panel."""

from sqlalchemy import BigInteger, Column, Table, Text, select, text

from bot.features.setup.model import SetupProgress
from bot.storage.database import Reading, Transaction
from bot.storage.schema import metadata

setup_progress = Table(
    "setup_progress",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("step", Text, nullable=False),
    Column("wanted", Text, nullable=False),  # names of features, with a blank between
)

PUT = text(
    "INSERT INTO setup_progress (guild_id, step, wanted) VALUES (:guild_id, :step, :wanted) "
    "ON CONFLICT (guild_id) DO UPDATE SET step = excluded.step, wanted = excluded.wanted"
)


async def progress(reading: Reading, guild_id: int) -> SetupProgress:
    """How far it has come; at the beginning where nobody has begun."""
    query = select(setup_progress).where(setup_progress.c.guild_id == guild_id)
    row = (await reading.execute(query)).one_or_none()
    return SetupProgress() if row is None else SetupProgress(row.step, tuple(row.wanted.split()))


async def put(tx: Transaction, guild_id: int, now: SetupProgress) -> None:
    """Let it go on there."""
    row = {"guild_id": guild_id, "step": now.step, "wanted": " ".join(now.wanted)}
    await tx.execute(PUT, row)
