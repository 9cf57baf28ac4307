"""Settings store: one document for each guild and feature."""

from typing import Any

from sqlalchemy import BigInteger, Column, Table, Text, select, text, update

from bot.storage.database import Reading, Transaction
from bot.storage.schema import Document, metadata

guild_setting = Table(
    "guild_setting",
    metadata,
    Column("guild_id", BigInteger, primary_key=True),
    Column("feature", Text, primary_key=True),
    Column("document", Document, nullable=False),
)

FIRST = text(
    "INSERT INTO guild_setting (guild_id, feature, document) "
    "VALUES (:guild_id, :feature, '{}') ON CONFLICT DO NOTHING"
)


async def load(reading: Reading, guild_id: int, feature: str) -> dict[str, Any] | None:
    """The stored choices; None where a guild has made none."""
    found = await reading.execute(
        select(guild_setting.c.document).where(
            guild_setting.c.guild_id == guild_id, guild_setting.c.feature == feature
        )
    )
    return found.scalar_one_or_none()


async def all_of(reading: Reading, feature: str) -> dict[int, dict[str, Any]]:
    """The stored choices of every guild that has made any."""
    found = await reading.execute(
        select(guild_setting.c.guild_id, guild_setting.c.document).where(
            guild_setting.c.feature == feature
        )
    )
    return {row.guild_id: row.document for row in found}


async def lock(tx: Transaction, guild_id: int, feature: str) -> dict[str, Any]:
    """The stored choices, kept from other writers until the transaction ends."""
    # A row that is not there cannot be locked; the first writer of two makes it.
    await tx.execute(FIRST, {"guild_id": guild_id, "feature": feature})
    found = await tx.execute(
        select(guild_setting.c.document)
        .where(guild_setting.c.guild_id == guild_id, guild_setting.c.feature == feature)
        .with_for_update()
    )
    return found.scalar_one()


async def save(tx: Transaction, guild_id: int, feature: str, document: dict[str, Any]) -> None:
    """Replace the choices of a row that is locked."""
    await tx.execute(
        update(guild_setting)
        .where(guild_setting.c.guild_id == guild_id, guild_setting.c.feature == feature)
        .values(document=document)
    )
