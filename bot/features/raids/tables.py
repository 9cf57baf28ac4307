"""Tables of raids: the raid, everyone who came with it, and every channel that it locks."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text, UniqueConstraint

from bot.storage.schema import RowId, UtcDateTime, metadata, partial_index

OPEN_LOCKS = "state IN ('planned', 'locked')"

raid = Table(
    "raid",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("is_shadow", Boolean, nullable=False),
    Column("incident_id", BigInteger, nullable=False),
    Column("joins", Integer, nullable=False),
    Column("window_seconds", Integer, nullable=False),
    Column("cooldown_seconds", Integer, nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("started_by_id", BigInteger),
    Column("ended_at", UtcDateTime),
    Column("ended_by_id", BigInteger),
    Column("pause_state", Text, nullable=False),
    Column("paused_until", UtcDateTime),
    Column("paused_before", UtcDateTime),
    Column("due_at", UtcDateTime),
    Column("look_at", UtcDateTime),
    Index("raid_of_guild", "guild_id", "id"),
    partial_index("raid_active", "guild_id", where="state = 'active'", unique=True),
    partial_index("raid_due", "due_at", where="due_at IS NOT NULL"),
    sqlite_autoincrement=True,
)

joiner = Table(
    "raid_joiner",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("raid_id", BigInteger, nullable=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("username", Text, nullable=False),
    Column("joined_at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("case_number", Integer),
    Column("refusal", Text),
    Column("tried_at", UtcDateTime),
    UniqueConstraint("raid_id", "user_id", "joined_at"),
    Index("raid_joiner_of_guild", "guild_id", "user_id"),
    partial_index(
        "raid_joiner_waits",
        "raid_id",
        "id",
        where="state IN ('waiting', 'ordered', 'releasing')",
    ),
    sqlite_autoincrement=True,
)

lock = Table(
    "raid_lock",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("raid_id", BigInteger, nullable=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("before_allow", BigInteger, nullable=False),
    Column("before_deny", BigInteger, nullable=False),
    Column("locked_allow", BigInteger, nullable=False),
    Column("locked_deny", BigInteger, nullable=False),
    Column("failure", Text),
    Index("raid_lock_of_raid", "raid_id", "id"),
    partial_index("raid_lock_open", "guild_id", "channel_id", where=OPEN_LOCKS, unique=True),
    sqlite_autoincrement=True,
)
