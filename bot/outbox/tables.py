"""Tables of the outbox."""

from enum import IntEnum, StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    false,
    literal,
)

from bot.storage.schema import RowId, UtcDateTime, UuidBytes, metadata, partial_index


class EndpointState(StrEnum):
    """Whether an endpoint receives (source: docs/receivers.md)."""

    ACTIVE = "active"
    PAUSED = "paused"
    DISABLED = "disabled"
    AUTO_DISABLED = "auto_disabled"


class DeliveryState(IntEnum):
    """State of a delivery; a pending one whose endpoint is not active is shown as held."""

    PENDING = 0
    DELIVERING = 1
    DELIVERED = 2
    FAILED = 3
    MISSED = 4


endpoint = Table(
    "endpoint",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("uuid", UuidBytes, nullable=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),  # case-folded: two names never differ by case alone
    Column("url", Text, nullable=False),
    Column("dialect", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("secret", LargeBinary, nullable=False),  # sealed by the vault
    Column("created_by_id", BigInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("failures", Integer, nullable=False, server_default="0"),  # in a row
    Column("delivered_at", UtcDateTime),  # the last success
    Column("last_error", Text),
    Column("description", Text),
    Column("headers", LargeBinary),  # the admin's own, a JSON object sealed by the vault
    Column("next_secret", LargeBinary),  # sealed; waits until somebody switches to it
    Column("next_secret_at", UtcDateTime),
    Column("version", Integer, nullable=False, server_default="0"),  # grows with every edit
    Column("threshold", BigInteger, nullable=False, server_default="0"),  # hundredths of a unit
    Column("filter", Text),  # a JMESPath expression; without one everything passes
    Column("rate_limit", Integer),  # attempts a minute at most; without one as many as come
    Column("aim", Integer, nullable=False, server_default="0"),  # grows with URL, secret, headers
    Column("retry_at", UtcDateTime),  # its receiver wants no request before
    Column("answer_seconds", Integer),  # for a whole attempt; without them the instance's
    Column("in_flight", Integer),  # requests at once at most; without it the instance's
    Column("in_order", Boolean, nullable=False, server_default=false()),
    Column("order_at", UtcDateTime),  # in order: the first of its queue is tried no sooner
    Column("feed_hash", LargeBinary),  # SHA-256 of the token that reads its feed, where it has one
    UniqueConstraint("guild_id", "name_key"),
    sqlite_autoincrement=True,
)

subscription = Table(
    "subscription",
    metadata,
    Column("endpoint_id", RowId, ForeignKey("endpoint.id", ondelete="CASCADE"), primary_key=True),
    Column("pattern", Text, primary_key=True),
)

event = Table(
    "event",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("uuid", UuidBytes, nullable=False),
    Column("type", Text, nullable=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

body = Table(
    "body",
    metadata,
    Column("event_id", RowId, ForeignKey("event.id", ondelete="CASCADE"), primary_key=True),
    Column("dialect", Text, primary_key=True),
    Column("bytes", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("event_id", RowId, ForeignKey("event.id", ondelete="CASCADE"), nullable=False),
    Column("endpoint_id", RowId, ForeignKey("endpoint.id", ondelete="CASCADE"), nullable=False),
    Column("state", SmallInteger, nullable=False),
    Column("attempt", SmallInteger, nullable=False, server_default="0"),  # tried so far
    Column("lease", Integer, nullable=False, server_default="0"),  # only grows, never shown
    Column("due_at", UtcDateTime, nullable=False),  # delivering: when the lease ends
    Column("settled_at", UtcDateTime),
    Column("reason", Text),
    Index("delivery_event", "event_id"),
    Index("delivery_endpoint", "endpoint_id", "id"),
    # Its id decides between those due at one moment.
    partial_index("delivery_due", "endpoint_id", "due_at", "id", where="state = 0"),
    partial_index("delivery_leased", "due_at", where="state = 1"),
    # Costs only what is missed: the rest of the table is not in it.
    partial_index("delivery_missed", "endpoint_id", "due_at", where="state = 4"),
    sqlite_autoincrement=True,
)

attempt = Table(
    "attempt",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("delivery_id", RowId, ForeignKey("delivery.id", ondelete="CASCADE"), nullable=False),
    Column("number", SmallInteger, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("latency_ms", Integer),
    Column("status", SmallInteger),
    Column("error", Text),  # the class shown to the admin; `unknown` where we never learnt
    Column("detail", Text),
    Column("answer", LargeBinary),  # the first 2 KiB
    Index("attempt_delivery", "delivery_id"),
)

feed = Table(
    "feed",
    metadata,
    Column("endpoint_id", RowId, ForeignKey("endpoint.id", ondelete="CASCADE"), primary_key=True),
    Column("last", BigInteger, nullable=False, server_default="0"),  # position that was given
    Column("gone", BigInteger, nullable=False, server_default="0"),  # what is up to it, is gone
)

feed_entry = Table(
    "feed_entry",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("endpoint_id", RowId, ForeignKey("endpoint.id", ondelete="CASCADE"), nullable=False),
    Column("event_id", RowId, ForeignKey("event.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("position", BigInteger),  # given once it is committed, by who reads
    Index("feed_entry_event", "event_id"),
    Index("feed_entry_position", "endpoint_id", "position"),
    partial_index("feed_entry_unnumbered", "endpoint_id", "id", where="position IS NULL"),
    sqlite_autoincrement=True,
)


def in_state(state: DeliveryState) -> ColumnElement[bool]:
    """Whether a delivery is in that state, said literally: partial indexes ask for no less."""
    return delivery.c.state == literal(int(state), literal_execute=True)
