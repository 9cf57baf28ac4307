"""Rows of reports, where nothing but their numbers and words is asked for."""

from bot.feature import Core
from bot.features.network import store


async def add_reports(core: Core, guild_id: int, count: int) -> None:
    """So many of one server's, each like the others."""
    async with core.database.transaction() as tx:
        for number in range(count):
            await store.add(
                tx,
                (),
                guild_id=guild_id,
                user_id=7_000 + number,
                username="heron",
                reporter_id=1,
                reporter_name="captain",
                category="scam",
                severity="low",
                evidence="It happened",
                created_at=core.clock.now(),
            )
