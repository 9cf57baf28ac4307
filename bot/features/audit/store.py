"""Audit store: entries as they are written; `queries` reads them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select, text

from bot.catalogue.security import AuditDraft
from bot.features.audit.tables import audit_entry
from bot.outbox.audit import Entry
from bot.storage.database import Reading, Transaction
from bot.storage.schema import Document, UtcDateTime
from bot.user_text import sought

_INSERT = insert(audit_entry).returning(audit_entry.c.id)  # built once: every command runs it


_FILLED = [column.name for column in audit_entry.c if column.name != "id"]
_INSERT_NEW = text(
    f"INSERT INTO audit_entry ({', '.join(_FILLED)}) "  # noqa: S608  the table's own names
    f"VALUES ({', '.join(f':{name}' for name in _FILLED)}) ON CONFLICT DO NOTHING RETURNING id"
).bindparams(bindparam("context", type_=Document), bindparam("created_at", type_=UtcDateTime))


async def add(tx: Transaction, draft: AuditDraft, now: datetime) -> int:
    """The new entry's number."""
    row = {**_row(draft), "created_at": now}
    return int((await tx.execute(_INSERT, row)).scalar_one())


async def add_new(tx: Transaction, draft: AuditDraft, now: datetime, origin_id: int) -> int | None:
    """The new entry's number; None where one of that origin is there already."""
    row = {**_row(draft), "created_at": now, "origin_id": origin_id}
    added = (await tx.execute(_INSERT_NEW, row)).scalar_one_or_none()
    return None if added is None else int(added)


def _row(draft: AuditDraft) -> dict[str, Any]:
    """With what a search reads: the sentence, and the names of both."""
    name = draft.context.get("name")
    named = name if isinstance(name, str) else None
    return {**draft.kept(), "sought": sought(draft.summary, draft.actor_name, named)}


def origin_of(event_id: UUID) -> int:
    """The origin of an entry whose event had its id first: below 0, as no id of Discord's is."""
    return -1 - (event_id.int >> 65)


async def last(reading: Reading, guild_id: int, event_type: str, target_id: str) -> Entry | None:
    """The newest entry of that type about that target; None where there is none."""
    chosen = (
        select(audit_entry.c.id, audit_entry.c.created_at, audit_entry.c.context)
        .where(
            audit_entry.c.guild_id == guild_id,
            audit_entry.c.event_type == event_type,
            audit_entry.c.target_id == target_id,
        )
        .order_by(audit_entry.c.id.desc())
        .limit(1)
    )
    row = (await reading.execute(chosen)).one_or_none()
    return None if row is None else Entry(row.id, row.created_at, row.context)
