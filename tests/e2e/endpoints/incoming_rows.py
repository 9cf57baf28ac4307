"""Rows of incoming webhooks, more than a list of suggestions holds."""

from bot.feature import Core
from bot.features.incoming import store


async def add_incoming(core: Core, guild_id: int) -> None:
    """The last is named as the others begin."""
    async with core.database.transaction() as tx:
        for name in (*(f"hook {number}" for number in range(1, 30)), "hook"):
            await store.add(
                tx,
                guild_id,
                name,
                core.clock.now(),
                sealed_secret=core.vault.seal("whsec_"),
                created_by_id=1,
                actions=("ADD_XP",),
                rate=30,
            )
