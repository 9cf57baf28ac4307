"""Tables of scams: what was found, and the pictures that a guild knows."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from bot.storage.schema import Document, RowId, UtcDateTime, metadata, partial_index

detection = Table(
    "scam_detection",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("confidence", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("acts", Boolean, nullable=False),
    Column("is_shadow", Boolean, nullable=False),
    Column("incident_id", BigInteger, nullable=False),
    Column("spots", Document, nullable=False),  # its messages: channel, id, whether it is settled
    Column("signals", Document, nullable=False),  # what gave it away, in words
    Column("pictures", Document, nullable=False),  # what it is known by, until staff decide
    Column("preview", LargeBinary),  # likewise
    Column("case_number", Integer),
    Column("action_taken", Text, nullable=False),
    Column("is_told", Boolean, nullable=False),  # whether its event and its messages are out
    Column("tries", Integer, nullable=False),
    Column("decision", Text),
    Column("decided_by_id", BigInteger),
    Column("decided_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("look_at", UtcDateTime),
    UniqueConstraint("guild_id", "message_id"),
    Index("scam_detection_person", "guild_id", "user_id", "id"),
    Index("scam_detection_age", "created_at"),
    partial_index("scam_detection_pending", "id", where="state = 'pending'"),
    sqlite_autoincrement=True,
)

picture = Table(
    "scam_picture",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),  # of the file, to the byte
    Column("is_harmless", Boolean, nullable=False),
    Column("whole", LargeBinary),
    Column("tiles", LargeBinary),
    Column("thumbnail", LargeBinary),  # none of what was learnt before there was one
    Column("category", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("added_by_id", BigInteger, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    UniqueConstraint("guild_id", "digest"),
    sqlite_autoincrement=True,
)
