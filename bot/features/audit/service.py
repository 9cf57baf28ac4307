"""Audit service, the one owner of `security.audit_entry`."""

from uuid import UUID

from bot.catalogue.security import AuditDraft, AuditEntry
from bot.clock import Clock
from bot.features.audit import store
from bot.outbox.audit import Entry
from bot.outbox.outbox import Outbox
from bot.storage.database import Reading, Transaction


class AuditService:
    """Writer of entries for every feature, each with its event."""

    def __init__(self, outbox: Outbox, clock: Clock) -> None:
        self._outbox = outbox
        self._clock = clock

    async def write(self, tx: Transaction, draft: AuditDraft) -> int:
        """Append an entry and emit it in the caller's transaction; the entry's number."""
        entry_id = await store.add(tx, draft, self._clock.now())
        await self._outbox.emit(tx, AuditEntry(entry_id=entry_id, **draft.kept()))
        return entry_id

    async def write_once(self, tx: Transaction, draft: AuditDraft, origin: int | UUID) -> None:
        """The same once only, for what an entry of Discord's own log tells, of that id.

        Or for an event whose id was drawn before the first of several tries: whether that one was
        committed may be unknown.
        """
        event_id = origin if isinstance(origin, UUID) else None
        origin_id = origin if isinstance(origin, int) else store.origin_of(origin)
        entry_id = await store.add_new(tx, draft, self._clock.now(), origin_id)
        if entry_id is not None:
            entry = AuditEntry(entry_id=entry_id, **draft.kept())
            await self._outbox.emit(tx, entry, event_id=event_id)

    async def last(
        self, reading: Reading, guild_id: int, event_type: str, target_id: str
    ) -> Entry | None:
        """The newest entry of that type about that target; None where there is none."""
        return await store.last(reading, guild_id, event_type, target_id)
