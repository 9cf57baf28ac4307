"""Audit log as everyone but its owner sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from bot.catalogue.security import AuditDraft
from bot.storage.database import Reading, Transaction

FILTER_FAILED = "endpoint.filter_failed"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it was written."""

    id: int
    created_at: datetime
    context: Mapping[str, Any]


class AuditLog(Protocol):
    """Audit log: an entry is written, and emitted, in the transaction of the change it tells."""

    async def write(self, tx: Transaction, draft: AuditDraft) -> int:
        """The entry's number."""
        ...


class AuditReader(AuditLog, Protocol):
    """An audit log that can be asked as well."""

    async def write_once(self, tx: Transaction, draft: AuditDraft, origin: int | UUID) -> None:
        """An entry whose event has that id, unless a transaction before this one wrote it."""
        ...

    async def last(
        self, reading: Reading, guild_id: int, event_type: str, target_id: str
    ) -> Entry | None:
        """The newest entry of that type about that target."""
        ...
