"""Changes by hand: what Discord's own audit log tells, written down and sent once."""

from collections.abc import Sequence

from bot.features.audit.model import draft_of
from bot.features.audit.service import AuditService
from bot.guild_changes import HandChange
from bot.storage.database import Database

TOGETHER = 50  # found late, in one transaction


class HandChanges:
    """Each that is worth an entry becomes one, however often and however late Discord tells."""

    def __init__(self, database: Database, audit: AuditService) -> None:
        self._database = database
        self._audit = audit

    async def seen(self, change: HandChange) -> None:
        """Return when the entry, if there is to be one, is durable with its event."""
        await self.found([change])

    async def found(self, changes: Sequence[HandChange]) -> None:
        """The same for what was done while the bot was away, oldest first."""
        drafts = [(draft_of(one), one.entry_id) for one in changes]
        worth = [(draft, entry_id) for draft, entry_id in drafts if draft is not None]
        for start in range(0, len(worth), TOGETHER):
            async with self._database.transaction() as tx:
                for draft, entry_id in worth[start : start + TOGETHER]:
                    await self._audit.write_once(tx, draft, entry_id)
