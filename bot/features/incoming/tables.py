"""Tables of incoming webhooks and of the calls that are remembered."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text

from bot.storage.schema import (
    Document,
    RowId,
    UtcDateTime,
    UuidBytes,
    metadata,
    partial_index,
)
from bot.storage.sealed import Sealed

incoming_webhook = Table(
    "incoming_webhook",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("uuid", UuidBytes, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("sealed_secret", Sealed, nullable=False),
    Column("actions", Text, nullable=False),
    Column("rate", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by_id", BigInteger, nullable=False),
    Column("secret_at", UtcDateTime, nullable=False),
    Index("incoming_webhook_name", "guild_id", "name_key", unique=True),
    sqlite_autoincrement=True,
)

# Of a webhook that is deleted what was done stays for its day: no foreign key.
pushed_call = Table(
    "pushed_call",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("webhook_id", BigInteger, nullable=False),
    Column("webhook_name", Text, nullable=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("action", Text, nullable=False),
    Column("user_id", BigInteger),
    Column("request", Document, nullable=False),
    Column("key", Text),
    Column("digest", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    Column("status", Integer),
    Column("answer", Document),
    Column("subject_id", BigInteger),
    Column("created_at", UtcDateTime, nullable=False),
    Column("look_at", UtcDateTime),
    partial_index("pushed_call_key", "webhook_id", "key", where="key IS NOT NULL", unique=True),
    Index("pushed_call_age", "created_at"),
    Index("pushed_call_webhook", "webhook_id", "id"),
    partial_index("pushed_call_of_person", "guild_id", "user_id", where="user_id IS NOT NULL"),
    partial_index("pushed_call_pending", "id", where="state = 'pending'"),
    sqlite_autoincrement=True,
)
