"""Tables of automod: the rules, Discord's own among them, and what they are about to do."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from bot.storage.schema import Document, RowId, UtcDateTime, metadata, partial_index

rule = Table(
    "automod_rule",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("draft", Document),  # none of a rule of Discord's own
    Column("enabled", Boolean, nullable=False),
    Column("native_id", BigInteger),  # Discord's id, where it lies there (too)
    Column("hits", Integer, nullable=False),
    Column("last_hit_at", UtcDateTime),
    Column("created_by_id", BigInteger),
    Column("created_at", UtcDateTime, nullable=False),
    Index("automod_rule_of_guild", "guild_id", "id"),
    UniqueConstraint("guild_id", "native_id"),
    sqlite_autoincrement=True,
)

trigger = Table(
    "automod_trigger",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("rule_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger),
    Column("message_id", BigInteger),
    Column("plan", Document, nullable=False),
    Column("step", Integer, nullable=False),  # actions begun; the last of them may be in doubt
    Column("came", Document, nullable=False),  # what came of those before
    Column("state", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("look_at", UtcDateTime),  # not to be looked at by a sweep before
    Index("automod_trigger_age", "created_at"),
    partial_index("automod_trigger_pending", "id", where="state = 'pending'"),
    sqlite_autoincrement=True,
)
