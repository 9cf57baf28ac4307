"""Retention of audit entries: they go when nobody may want to look them up any more."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from bot.features.audit.store import audit_entry
from bot.storage.database import Database

TOGETHER = 500


class OldEntries:
    """Entries that go by age, from the oldest on: their numbers grow with time."""

    def __init__(self, database: Database, keep: timedelta) -> None:
        self._database = database
        self._keep = keep

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        """Until the oldest that are left are young enough."""
        first = select(audit_entry.c.id, audit_entry.c.created_at).order_by(audit_entry.c.id)
        oldest = first.limit(TOGETHER).subquery()
        old = select(oldest.c.id).where(oldest.c.created_at <= now - self._keep)
        # Those that no other process deletes at the same time.
        held = select(audit_entry.c.id).where(audit_entry.c.id.in_(old))
        free = held.with_for_update(skip_locked=True)
        gone = 1
        while gone:
            async with self._database.transaction() as tx:
                dropped = await tx.execute(delete(audit_entry).where(audit_entry.c.id.in_(free)))
                gone = dropped.rowcount
            yield gone
