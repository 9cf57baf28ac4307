"""Retention of members: a guild out of sight for so long is a first sight, and its rows go."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

from sqlalchemy import Table, delete, select

from bot.features.members.store import guild_sight, known_ban, known_member
from bot.storage.database import Database, Transaction

TOGETHER = 500


class LostGuilds:
    """Forgets members and bans of guilds that the bot left, or was removed from, for good."""

    def __init__(self, database: Database, after: timedelta) -> None:
        self._database = database
        self._after = after

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        """One guild after the other, the row of its sight last."""
        gone = 1
        while gone:
            async with self._database.transaction() as tx:
                gone = await self._step(tx, now - self._after)
            yield gone

    async def _step(self, tx: Transaction, seen_before: datetime) -> int:
        # A guild that comes back says so in this row before it is compared: whoever comes
        # second waits, and then sees what the other has done.
        lost = (
            select(guild_sight.c.guild_id)
            .where(guild_sight.c.seen_at < seen_before)
            .order_by(guild_sight.c.guild_id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        guild_id = (await tx.execute(lost)).scalar_one_or_none()
        if guild_id is None:
            return 0
        gone = await _forget(tx, known_member, guild_id)
        if gone < TOGETHER:
            gone += await _forget(tx, known_ban, guild_id)
        if gone < TOGETHER:
            await tx.execute(delete(guild_sight).where(guild_sight.c.guild_id == guild_id))
            gone += 1
        return gone


async def _forget(tx: Transaction, table: Table, guild_id: int) -> int:
    """Some of the guild's people."""
    of_guild = table.c.guild_id == guild_id
    some = select(table.c.user_id).where(of_guild).order_by(table.c.user_id).limit(TOGETHER)
    return (await tx.execute(delete(table).where(of_guild, table.c.user_id.in_(some)))).rowcount
