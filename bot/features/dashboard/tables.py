"""Tables of the dashboard: links that open it, and sessions; of their tokens only a digest."""

from sqlalchemy import BigInteger, Boolean, Column, Index, LargeBinary, Table, Text, false

from bot.storage.schema import RowId, UtcDateTime, metadata

dashboard_link = Table(
    "dashboard_link",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("token", LargeBinary, nullable=False, unique=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Index("dashboard_link_user_id", "user_id"),
    Index("dashboard_link_expires_at", "expires_at"),
)

dashboard_session = Table(
    "dashboard_session",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("token", LargeBinary, nullable=False, unique=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("said", Text),  # what came of the last action, for the next page
    Column("is_refusal", Boolean, nullable=False, server_default=false()),
    Index("dashboard_session_user_id", "user_id"),
    Index("dashboard_session_ends_at", "ends_at"),
)
