"""Tables of levels: members' points, what they earned in a week, rules, and announcements."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text, UniqueConstraint

from bot.storage.schema import RowId, UtcDateTime, metadata, partial_index

level_member = Table(
    "level_member",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("xp", BigInteger, nullable=False),
    Column("earned_at", UtcDateTime),  # by a message, the last time
    Column("free_at", UtcDateTime),  # from then on a message earns again
    Column("voice_minute", BigInteger),  # since 1970, the last one that was paid
    Column("left_at", UtcDateTime),  # while they are not in the server
    Column("roles_at", UtcDateTime),  # from then on their level roles are to be compared
    Column("look_at", UtcDateTime),  # not to be looked at by a sweep before
    UniqueConstraint("guild_id", "user_id"),
    Index("level_member_rank", "guild_id", "xp"),
    partial_index("level_member_roles", "roles_at", where="roles_at IS NOT NULL"),
    sqlite_autoincrement=True,
)

level_week = Table(
    "level_week",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("week", Integer, primary_key=True, autoincrement=False),  # since 1970, from Mondays
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("xp", BigInteger, nullable=False),
    Index("level_week_number", "week"),
    Index("level_week_of_person", "guild_id", "user_id"),
)

level_role = Table(
    "level_role",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("level", Integer, nullable=False),
    Column("role_id", BigInteger, nullable=False),
    Column("failure", Text),
    UniqueConstraint("guild_id", "role_id"),
    sqlite_autoincrement=True,
)

level_multiplier = Table(
    "level_multiplier",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("target_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),  # channel or role
    Column("percent", Integer, nullable=False),
)

level_up = Table(
    "level_up",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("old_level", Integer, nullable=False),
    Column("new_level", Integer, nullable=False),
    Column("total_xp", BigInteger, nullable=False),
    Column("reached_at", UtcDateTime, nullable=False),
    Index("level_up_age", "reached_at"),
    Index("level_up_of_person", "guild_id", "user_id"),
    sqlite_autoincrement=True,
)
"""Those that are announced, kept for as long as their announcement may be drawn."""

level_board = Table(
    "level_board",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("week", Integer, nullable=False),
    UniqueConstraint("guild_id", "week"),
    sqlite_autoincrement=True,
)
"""Weekly boards that were posted, or are owed."""
