"""Retention of the ledger: old entries go whole, and what they came to is carried forward."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

from bot.feature import GuildSettings
from bot.features.economy import retention_store as store
from bot.features.economy.settings import EconomySettings
from bot.storage.database import Database


class OldPostings:
    """Postings that go by age: each account's balance stays what it has carried and what is left.

    An entry goes with all of its postings, so what is carried sums to zero as they did.
    """

    def __init__(self, database: Database, settings: GuildSettings) -> None:
        self._database = database
        self._settings = settings

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        """Of each guild that has money, from its oldest entry on."""
        async with self._database.reading() as reading:
            guild_ids = await store.guilds(reading)
        for guild_id in guild_ids:
            days = (await self._settings.get(guild_id, EconomySettings)).ledger_days
            gone = 1 if days else 0
            while gone:
                async with self._database.transaction() as tx:
                    gone = await store.carry_forward(tx, guild_id, now - timedelta(days=days))
                yield gone
