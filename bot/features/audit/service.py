"""Audit service, the one owner of `security.audit_entry`."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from bot.catalogue.security import AuditDraft, AuditEntry
from bot.clock import Clock, from_snowflake
from bot.features.audit import store
from bot.features.audit.model import is_about_audit, reaches
from bot.features.audit.redaction import redacted, redacted_context
from bot.features.audit.settings import AuditSettings
from bot.outbox.audit import FILTER_FAILED, Entry
from bot.outbox.outbox import Outbox
from bot.storage.database import Reading, Transaction

AuditChoices = Callable[[Reading, int], Awaitable[AuditSettings]]
"""From a transaction that is open, and a guild, to its choices."""
OwePost = Callable[[Transaction, int, int], Awaitable[None]]
"""Owes the post of an entry: the guild, the entry's number."""


async def _defaults(_reading: Reading, _guild_id: int) -> AuditSettings:
    return AuditSettings()


async def _no_post(_tx: Transaction, _guild_id: int, _entry_id: int) -> None:
    """There is no log."""


class AuditService:
    """Writer of entries for every feature, each with its event; none holds a secret."""

    def __init__(
        self,
        outbox: Outbox,
        clock: Clock,
        *,
        chosen: AuditChoices = _defaults,
        post: OwePost = _no_post,
    ) -> None:
        self._outbox = outbox
        self._clock = clock
        self._chosen = chosen
        self._post = post

    async def write(self, tx: Transaction, draft: AuditDraft) -> int:
        """Append an entry and emit it in the caller's transaction; the entry's number."""
        kept = _redacted(draft)
        entry_id = await store.add(tx, kept, self._clock.now())
        await self._tell(tx, kept, entry_id)
        return entry_id

    async def write_once(self, tx: Transaction, draft: AuditDraft, origin: int | UUID) -> None:
        """The same once only, for what an entry of Discord's own log tells, of that id.

        Or for an event whose id was drawn before the first of several tries: whether that one was
        committed may be unknown.
        """
        event_id = origin if isinstance(origin, UUID) else None
        origin_id = origin if isinstance(origin, int) else store.origin_of(origin)
        kept = _redacted(draft)
        entry_id = await store.add_new(tx, kept, self._moment_of(origin), origin_id)
        if entry_id is not None:
            await self._tell(tx, kept, entry_id, event_id=event_id)

    async def last(
        self, reading: Reading, guild_id: int, event_type: str, target_id: str
    ) -> Entry | None:
        """The newest entry of that type about that target; None where there is none."""
        return await store.last(reading, guild_id, event_type, target_id)

    async def _tell(
        self, tx: Transaction, draft: AuditDraft, entry_id: int, *, event_id: UUID | None = None
    ) -> None:
        """Send it and post it, as far as it matters enough; what is chosen here is always told."""
        chosen = await self._chosen(tx, draft.guild_id)
        is_owed = is_about_audit(draft)
        if is_owed or reaches(draft.severity, chosen.send_severity):
            entry = AuditEntry(entry_id=entry_id, **draft.kept())
            await self._outbox.emit(tx, entry, event_id=event_id, but_for=_fails_itself(draft))
        if chosen.log_channel_id is not None and (
            is_owed or reaches(draft.severity, chosen.log_severity)
        ):
            await self._post(tx, draft.guild_id, entry_id)

    def _moment_of(self, origin: int | UUID) -> datetime:
        """When it was done: what Discord's log tells late bears its moment in its id."""
        now = self._clock.now()
        return min(now, from_snowflake(origin)) if isinstance(origin, int) else now


def _redacted(draft: AuditDraft) -> AuditDraft:
    return replace(draft, summary=redacted(draft.summary), context=redacted_context(draft.context))


def _fails_itself(draft: AuditDraft) -> int | None:
    """The endpoint that does not take what it gets: sent there, the entry would fail as well.

    It would be one more that fails, of which the next entry tells, and so on.
    """
    is_failure = draft.source == "system" and draft.target_type == "endpoint"
    if not is_failure or draft.event_type == FILTER_FAILED or not draft.target_id:
        return None
    return int(draft.target_id)
