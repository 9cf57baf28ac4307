"""Table of posts."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from bot.storage.schema import Document, RowId, UtcDateTime, metadata, partial_index

post = Table(
    "post",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject_id", BigInteger, nullable=False),  # a row of the feature's
    Column("guild_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger),  # none until it is written, where the guild's choice counts
    Column("user_id", BigInteger),  # of a direct message
    Column("message_id", BigInteger),
    Column("version", Integer, nullable=False),  # counts how often it was to be drawn
    Column("is_owed", Boolean, nullable=False),
    Column("owed_since", UtcDateTime, nullable=False),
    Column("look_at", UtcDateTime),  # not to be looked at before
    Column("tries", Integer, nullable=False),  # since it was last known what came of one
    Column("outcome", Text),
    Column("failure", Text),
    Column("fingerprint", Text),  # of what was sent, where no answer told whether it came
    Column("last", Document),  # its subject is gone: what the last drawing says
    UniqueConstraint("kind", "subject_id"),
    partial_index("post_of_person", "guild_id", "user_id", where="user_id IS NOT NULL"),
    partial_index("post_message", "message_id", where="message_id IS NOT NULL"),
    partial_index("post_due", "id", where="is_owed", on_sqlite="is_owed = 1"),
    sqlite_autoincrement=True,
)
