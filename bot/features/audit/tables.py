"""Tables of the audit: the entries, and the searches whose pages people turn."""

from sqlalchemy import BigInteger, Column, Index, Table, Text, text

from bot.storage.schema import Document, RowId, UtcDateTime, metadata, partial_index

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
    # Of the entry of Discord's own log that tells the same; below 0, of the event (`origin_of`).
    Column("origin_id", BigInteger),
    Column("sought", Text, nullable=False, server_default=text("''")),  # what a search reads
    Index("audit_entry_guild", "guild_id", "id"),
    Index("audit_entry_moment", "guild_id", "created_at", "id"),
    Index("audit_entry_type", "guild_id", "event_type"),
    partial_index("audit_entry_actor", "guild_id", "actor_id", where="actor_id IS NOT NULL"),
    Index(
        "audit_entry_origin",
        "guild_id",
        "origin_id",
        unique=True,
        sqlite_where=text("origin_id IS NOT NULL"),
        postgresql_where=text("origin_id IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)

audit_search = Table(
    "audit_search",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("query", Document, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index("audit_search_age", "created_at"),
    sqlite_autoincrement=True,
)
"""A search is too long for the id of a button, which must turn the page after any time."""
