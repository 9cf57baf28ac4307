"""Reports of the outbox to the audit log: each in a transaction of its own, afterwards."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from bot.catalogue import Event
from bot.catalogue.security import AuditDraft, AuditEntry
from bot.clock import Clock
from bot.errors import EventTooLarge
from bot.logs import get_logger
from bot.outbox.audit import FILTER_FAILED, AuditReader
from bot.outbox.fan_out import Unfiltered
from bot.storage.database import Database, Transaction
from bot.storage.group import Group

QUIET = timedelta(hours=1)  # between two entries about one filter

_log = get_logger("herald.outbox")


@dataclass(frozen=True, slots=True)
class OwedEntry:
    """Entry to be written; its event's id is drawn before the first try, and kept by the next."""

    draft: AuditDraft
    event_id: UUID


class Reports:
    """Logs at once, and leaves the entry to a coming transaction; nobody waits for it.

    Without an audit log to `use`, and once stopped, the line in the log is all there is.
    """

    def __init__(self, database: Database, clock: Clock, *, new_id: Callable[[], UUID]) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id
        self._audit: AuditReader | None = None
        self._told: dict[int, tuple[str, datetime]] = {}  # by endpoint: its filter, and when
        self._stopped = False
        self._group: Group[OwedEntry, None] = Group(self._write)

    def use(self, audit: AuditReader) -> None:
        """Write entries there from now on."""
        self._audit = audit

    def start(self) -> None:
        self._stopped = False
        self._group.start()

    async def stop(self) -> None:
        """Return when everything owed is written."""
        self._stopped = True
        await self._group.stop()

    async def drained(self) -> None:
        """Return when nothing waits to be written."""
        await self._group.drained()

    def too_large(self, event: Event, error: EventTooLarge) -> None:
        """An event was refused, and with it the change that it would have told of."""
        sizes = {"type": event.type, "size": error.size, "limit": error.limit}
        _log.warning("event.too_large", guild_id=event.guild_id, **sizes)
        summary = f"An event {event.type} of {error.size} bytes was refused: {error.limit} is most."
        self._owe(
            AuditDraft(
                guild_id=event.guild_id,
                event_type="event.too_large",
                severity="warn",
                source="system",
                summary=summary,
                target_type="event",
                context=sizes,
            )
        )

    def unfiltered(self, found: Unfiltered) -> None:
        """A filter failed and its endpoint gets the event; an entry says so once an hour."""
        endpoint, event = found.endpoint, found.event
        _log.warning(
            "filter.failed",
            endpoint=endpoint.id,
            name=endpoint.name,
            event_id=str(found.event_id),
            type=event.type,
            reason=found.reason,
        )
        if isinstance(event, AuditEntry) and event.event_type == FILTER_FAILED:
            return  # or the entry would tell of itself for ever
        now = self._clock.now()
        known, told_at = self._told.get(endpoint.id, ("", now))
        if known == endpoint.filter and now - told_at < QUIET:
            return
        self._told[endpoint.id] = (endpoint.filter, now)
        self._owe(_filter_failed(found, now))

    def forget(self, endpoint_id: int) -> None:
        """That endpoint was deleted."""
        self._told.pop(endpoint_id, None)

    def _owe(self, draft: AuditDraft) -> None:
        if self._audit is not None and not self._stopped:
            self._group.put(OwedEntry(draft, self._new_id()))

    async def _write(self, owed: Sequence[OwedEntry]) -> Sequence[None]:
        async with self._database.transaction() as tx:
            for one in owed:
                await self._write_one(tx, one)
        return [None] * len(owed)

    async def _write_one(self, tx: Transaction, owed: OwedEntry) -> None:
        audit, draft = self._audit, owed.draft
        if audit is None:
            return
        if draft.event_type == FILTER_FAILED and draft.target_id is not None:
            last = await audit.last(tx, draft.guild_id, FILTER_FAILED, draft.target_id)
            if last is not None and last.context["filter"] == draft.context["filter"]:
                if self._clock.now() - last.created_at < QUIET:
                    return  # told before a restart, or by another process
                draft = replace(draft, context={**draft.context, "since": last.context["since"]})
        await audit.write_once(tx, draft, owed.event_id)


def _filter_failed(found: Unfiltered, now: datetime) -> AuditDraft:
    endpoint = found.endpoint
    return AuditDraft(
        guild_id=endpoint.guild_id,
        event_type=FILTER_FAILED,
        severity="warn",
        source="system",
        summary=f"The filter of the webhook “{endpoint.name}” failed on an event "
        f"{found.event.type}, which was sent all the same: {found.reason}.",
        target_type="endpoint",
        target_id=str(endpoint.id),
        context={
            "name": endpoint.name,
            "filter": endpoint.filter,
            "reason": found.reason,
            "type": found.event.type,
            "event_id": str(found.event_id),
            "since": now.isoformat(),
        },
    )
