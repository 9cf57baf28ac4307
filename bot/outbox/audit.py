"""The audit log as everyone but its owner sees it."""

from typing import Protocol

from bot.catalogue.security import AuditDraft
from bot.storage.database import Transaction


class AuditLog(Protocol):
    """Writes an entry, and emits it, inside the transaction of the change it tells of."""

    async def write(self, tx: Transaction, draft: AuditDraft) -> int:
        """The entry's number."""
        ...
