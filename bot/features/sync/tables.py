"""Tables of sync: networks, who is in them, invites, and the cases that are owed to others."""

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
    false,
)

from bot.storage.schema import RowId, UtcDateTime, metadata, partial_index


def _network_id() -> Column[int]:
    """The network that a row is of, and goes with."""
    whole = ForeignKey("sync_network.id", ondelete="CASCADE")
    return Column("network_id", BigInteger, whole, nullable=False)


network = Table(
    "sync_network",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("name", Text, nullable=False),
    Column("founder_id", BigInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

membership = Table(
    "sync_membership",
    metadata,
    Column("id", RowId, primary_key=True),
    _network_id(),
    Column("guild_id", BigInteger, nullable=False),
    Column("sends", Text, nullable=False),  # kinds, with spaces between
    Column("takes", Text, nullable=False),
    Column("joined_at", UtcDateTime, nullable=False),
    UniqueConstraint("network_id", "guild_id"),
    Index("sync_membership_guild", "guild_id"),
    sqlite_autoincrement=True,
)

invite = Table(
    "sync_invite",
    metadata,
    Column("code", Text, primary_key=True),
    _network_id(),
    Column("expires_at", UtcDateTime, nullable=False),
    Index("sync_invite_network", "network_id"),
    Index("sync_invite_age", "expires_at"),
)

share = Table(
    "sync_share",
    metadata,
    Column("id", RowId, primary_key=True),
    _network_id(),
    Column("origin_guild_id", BigInteger, nullable=False),
    Column("origin_case_id", BigInteger, nullable=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("reason", Text),
    Column("expires_at", UtcDateTime),
    Column("state", Text, nullable=False),
    Column("is_lift_owed", Boolean, nullable=False, server_default=false()),
    Column("lift_owed_at", UtcDateTime),
    Column("case_number", Integer),
    Column("failure", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("look_at", UtcDateTime),
    UniqueConstraint("origin_case_id", "guild_id"),  # each case once for each server
    Index("sync_share_network", "network_id"),
    Index("sync_share_age", "created_at"),
    Index("sync_share_of_person", "guild_id", "user_id"),
    partial_index("sync_share_owed", "id", where="state = 'owed'"),
    partial_index(
        "sync_share_lift",
        "id",
        where="is_lift_owed",
        on_sqlite="is_lift_owed = 1",
    ),
    sqlite_autoincrement=True,
)
