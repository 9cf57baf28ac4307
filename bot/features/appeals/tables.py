"""Tables of appeals."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.storage.schema import RowId, UtcDateTime, metadata

UNDECIDED = "state IN ('open', 'approving')"

appeal = Table(
    "appeal",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("case_id", RowId, ForeignKey("moderation_case.id", ondelete="CASCADE"), nullable=False),
    Column("case_number", Integer, nullable=False),
    Column("case_type", Text, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("username", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("message", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("decided_at", UtcDateTime),
    Column("decided_by_id", BigInteger),
    Column("decided_by_name", Text),
    Column("reason", Text),
    Column("punishment_lifted", Boolean, nullable=False),
    Column("failure", Text),
    Column("look_at", UtcDateTime),  # not to be looked at by a sweep before
    UniqueConstraint("case_id", "attempt"),
    # One at a time for each case: of two sent at once the later is refused.
    Index(
        "appeal_undecided",
        "case_id",
        unique=True,
        sqlite_where=text(UNDECIDED),
        postgresql_where=text(UNDECIDED),
    ),
    Index(
        "appeal_waiting",
        "guild_id",
        "id",
        sqlite_where=text(UNDECIDED),
        postgresql_where=text(UNDECIDED),
    ),
    Index(
        "appeal_due",
        "look_at",
        sqlite_where=text("state = 'approving'"),
        postgresql_where=text("state = 'approving'"),
    ),
    sqlite_autoincrement=True,
)
