"""Tables of the network: reports with their files, searches, hits, appeals."""

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

network_report = Table(
    "network_report",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("username", Text, nullable=False),
    Column("reporter_id", BigInteger, nullable=False),
    Column("reporter_name", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("file_name", Text),
    Column("barred", Document, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("decided_at", UtcDateTime),
    Column("decided_by_id", BigInteger),
    Column("decided_by_name", Text),
    Column("reason", Text),
    Column("ended_at", UtcDateTime),
    Column("look_at", UtcDateTime),
    Index("network_report_guild", "guild_id", "id"),
    # One that counts, or may come to count, for each server and person.
    partial_index(
        "network_report_live",
        "guild_id",
        "user_id",
        where="state IN ('open', 'approved')",
        unique=True,
    ),
    Index("network_report_about", "user_id"),
    partial_index("network_report_ageing", "created_at", where="state IN ('open', 'approved')"),
    Index("network_report_ended", "ended_at"),
    sqlite_autoincrement=True,
)

network_evidence = Table(
    "network_evidence",
    metadata,
    Column(
        "report_id",
        BigInteger,
        ForeignKey("network_report.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("bytes", LargeBinary, nullable=False),  # a link of Discord's lives about a day
)

network_search = Table(
    "network_search",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("look_at", UtcDateTime),
    sqlite_autoincrement=True,
)

network_hit = Table(
    "network_hit",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("reports_key", Text, nullable=False),
    Column("trust_score", Integer, nullable=False),
    Column("report_count", Integer, nullable=False),
    Column("top_category", Text, nullable=False),
    Column("top_severity", Text, nullable=False),
    Column("tier", Text, nullable=False),
    Column("reaction", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("is_void", Boolean, nullable=False),
    Column("void_at", UtcDateTime),
    Column("incident_id", BigInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("case_number", Integer),
    Column("look_at", UtcDateTime),
    UniqueConstraint("guild_id", "user_id", "reports_key"),
    Index("network_hit_user", "user_id"),
    Index("network_hit_created", "created_at"),
    partial_index("network_hit_acting", "id", where="state = 'acting'"),
    partial_index(
        "network_hit_void",
        "id",
        where="is_void AND state = 'done'",
        on_sqlite="is_void = 1 AND state = 'done'",
    ),
    sqlite_autoincrement=True,
)

network_appeal = Table(
    "network_appeal",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("username", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("reports", Document, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("decided_at", UtcDateTime),
    Column("decided_by_id", BigInteger),
    Column("decided_by_name", Text),
    Column("reason", Text),
    Index("network_appeal_user", "user_id", "id"),
    partial_index("network_appeal_open", "user_id", where="state = 'open'", unique=True),
    Index("network_appeal_decided", "decided_at"),
    sqlite_autoincrement=True,
)
