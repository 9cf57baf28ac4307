"""The guild settings' table: one document for each guild and feature."""

from typing import Any

from sqlalchemy import BigInteger, Column, Table, Text, insert, select, update

from bot.storage.database import Reading, Transaction
from bot.storage.schema import Document, metadata

guild_setting = Table(
    "guild_setting",
    metadata,
    Column("guild_id", BigInteger, primary_key=True),
    Column("feature", Text, primary_key=True),
    Column("document", Document, nullable=False),
)


class SettingsStore:
    """Reads and writes the choices that differ from the defaults."""

    async def load(self, reading: Reading, guild_id: int, feature: str) -> dict[str, Any] | None:
        """The stored choices; None where a guild has made none."""
        found = await reading.execute(
            select(guild_setting.c.document).where(
                guild_setting.c.guild_id == guild_id, guild_setting.c.feature == feature
            )
        )
        return found.scalar_one_or_none()

    async def save(
        self, tx: Transaction, guild_id: int, feature: str, document: dict[str, Any]
    ) -> None:
        changed = await tx.execute(
            update(guild_setting)
            .where(guild_setting.c.guild_id == guild_id, guild_setting.c.feature == feature)
            .values(document=document)
        )
        if not changed.rowcount:
            await tx.execute(
                insert(guild_setting).values(guild_id=guild_id, feature=feature, document=document)
            )
