"""Audit store: the log's table, and the statements on it."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Table, Text, insert, select

from bot.catalogue.security import AuditDraft
from bot.outbox.audit import Entry
from bot.storage.database import Reading, Transaction
from bot.storage.schema import Document, RowId, UtcDateTime, metadata

audit_entry = Table(
    "audit_entry",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("event_type", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("actor_id", BigInteger),
    Column("actor_name", Text, nullable=False),
    Column("target_id", Text),
    Column("target_type", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("context", Document, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index("audit_entry_guild", "guild_id", "id"),
    sqlite_autoincrement=True,
)


_INSERT = insert(audit_entry).returning(audit_entry.c.id)  # built once: every command runs it


async def add(tx: Transaction, draft: AuditDraft, now: datetime) -> int:
    """The new entry's number."""
    row = {**draft.kept(), "created_at": now}
    return int((await tx.execute(_INSERT, row)).scalar_one())


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
