"""Tables of incidents: what was found, what was done, and who is in shadow."""

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
)

from bot.storage.schema import Document, RowId, UtcDateTime, metadata, partial_index

incident = Table(
    "incident",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("feature", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("why", Document, nullable=False),
    Column("user_id", BigInteger),
    Column("channel_id", BigInteger),
    Column("message_id", BigInteger),
    Column("is_shadow", Boolean, nullable=False),
    Column("tone", Text, nullable=False),
    Column("measures", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("undone_by_id", BigInteger),
    Column("undone_at", UtcDateTime),
    Index("incident_guild", "guild_id", "id"),
    Index("incident_feature", "guild_id", "feature", "id"),
    sqlite_autoincrement=True,
)

incident_measure = Table(
    "incident_measure",
    metadata,
    Column("id", RowId, primary_key=True),
    Column(
        "incident_id",
        BigInteger,
        ForeignKey("incident.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("guild_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("target_id", BigInteger, nullable=False),
    Column("label", Text, nullable=False),
    Column("data", Document, nullable=False),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("failure", Text),
    Column("look_at", UtcDateTime),
    Index("incident_measure_incident", "incident_id", "id"),
    partial_index("incident_measure_undoing", "id", where="state = 'undoing'"),
    sqlite_autoincrement=True,
)

shadow = Table(
    "shadow",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("feature", Text, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("is_told", Boolean, nullable=False),
    Column("look_at", UtcDateTime),
    UniqueConstraint("guild_id", "feature"),
    partial_index("shadow_over", "ends_at", where="NOT is_told", on_sqlite="is_told = 0"),
    sqlite_autoincrement=True,
)
