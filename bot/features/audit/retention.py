"""Retention of audit entries: they go when nobody may want to look them up any more.

A guild may keep its own for a shorter time than this bot keeps all, never for a longer one.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select

from bot.features.audit import queries
from bot.features.audit.messages import AuditMessages
from bot.features.audit.settings import AuditSettings
from bot.features.audit.tables import audit_entry as table
from bot.storage.database import Database, Transaction

TOGETHER = 500

AuditChosen = Callable[[], Awaitable[Mapping[int, AuditSettings]]]
"""What guilds have chosen, those that have."""


class OldEntries:
    """Entries that go by age, the oldest first, each with what was owed of it."""

    def __init__(
        self, database: Database, messages: AuditMessages, *, keep: timedelta, chosen: AuditChosen
    ) -> None:
        self._database = database
        self._messages = messages
        self._keep = keep
        self._chosen = chosen

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        """Until the oldest that are left are young enough."""
        async for gone in self._prune(_oldest(now - self._keep)):
            yield gone
        for guild_id, chosen in (await self._chosen()).items():
            keep = timedelta(days=chosen.keep_days)
            if keep < self._keep:
                async for gone in self._prune(_oldest_of(guild_id, now - keep)):
                    yield gone
        async with self._database.transaction() as tx:
            await queries.forget_searches(tx, now)

    async def _prune(self, old: Select[int]) -> AsyncGenerator[int]:
        gone = 1
        while gone:
            async with self._database.transaction() as tx:
                gone = await self._drop(tx, old)
            yield gone

    async def _drop(self, tx: Transaction, old: Select[int]) -> int:
        # Those that no other process deletes at the same time.
        held = select(table.c.id).where(table.c.id.in_(old)).with_for_update(skip_locked=True)
        dropped = await tx.execute(delete(table).where(table.c.id.in_(held)).returning(table.c.id))
        entry_ids = list(dropped.scalars())
        await self._messages.drop(tx, entry_ids)
        return len(entry_ids)


def _oldest(before: datetime) -> Select[int]:
    """Of all guilds: their numbers grow with time."""
    first = select(table.c.id, table.c.created_at).order_by(table.c.id)
    oldest = first.limit(TOGETHER).subquery()
    return select(oldest.c.id).where(oldest.c.created_at <= before)


def _oldest_of(guild_id: int, before: datetime) -> Select[int]:
    """Of one guild."""
    theirs = select(table.c.id).where(table.c.guild_id == guild_id, table.c.created_at <= before)
    oldest = theirs.order_by(table.c.created_at, table.c.id).limit(TOGETHER).subquery()
    return select(oldest.c.id)
