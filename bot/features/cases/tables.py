"""Tables of cases."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from bot.storage.schema import Document, RowId, UtcDateTime, metadata, partial_index

PENDING = "state = 'pending'"

case_counter = Table(
    "case_counter",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

moderation_case = Table(
    "moderation_case",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("username", Text, nullable=False),
    Column("moderator_id", BigInteger, nullable=False),
    Column("moderator_name", Text, nullable=False),
    Column("reason", Text),
    Column("source", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    Column("expires_at", UtcDateTime),
    Column("look_at", UtcDateTime),  # not to be looked at by a sweep before
    Column("delete_days", Integer, nullable=False, server_default="0"),
    Column("repeats", Boolean, nullable=False),  # a sweep that finds it carries it out again
    Column("failure", Text),
    Column("details", Document, nullable=False),  # see Details of the model
    UniqueConstraint("guild_id", "number"),
    Index("moderation_case_person", "guild_id", "user_id", "id"),
    # One at a time of each kind upon one person: of two moderators at once the later is told.
    partial_index(
        *("moderation_case_pending", "guild_id", "user_id", "type"), where=PENDING, unique=True
    ),
    partial_index("moderation_case_stuck", "id", where=PENDING),
    partial_index(
        *("moderation_case_ends", "expires_at"), where="state = 'active' AND expires_at IS NOT NULL"
    ),
    partial_index(
        "moderation_case_again",
        "id",
        where="state = 'active' AND repeats",
        on_sqlite="state = 'active' AND repeats = 1",
    ),
    sqlite_autoincrement=True,
)

case_note = Table(
    "case_note",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("case_id", RowId, ForeignKey("moderation_case.id", ondelete="CASCADE"), nullable=False),
    Column("author_id", BigInteger, nullable=False),
    Column("author_name", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index("case_note_case", "case_id"),
    sqlite_autoincrement=True,
)

case_evidence = Table(
    "case_evidence",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("case_id", RowId, ForeignKey("moderation_case.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("bytes", LargeBinary, nullable=False),  # a link of Discord's lives about a day
    Column("added_by_id", BigInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index("case_evidence_case", "case_id"),
    sqlite_autoincrement=True,
)
