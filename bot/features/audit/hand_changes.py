"""Changes by hand: what Discord's own audit log tells, written down and sent once."""

from bot.features.audit.model import HandChange, draft_of
from bot.features.audit.service import AuditService
from bot.storage.database import Database


class HandChanges:
    """Each that is worth an entry becomes one, however often Discord tells of it."""

    def __init__(self, database: Database, audit: AuditService) -> None:
        self._database = database
        self._audit = audit

    async def seen(self, change: HandChange) -> None:
        """Return when the entry, if there is to be one, is durable with its event."""
        draft = draft_of(change)
        if draft is not None:
            async with self._database.transaction() as tx:
                await self._audit.write_once(tx, draft, change.entry_id)
