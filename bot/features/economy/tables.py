"""Tables of the economy: currencies, accounts, entries and their postings, holds, earners."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from bot.storage.schema import RowId, UtcDateTime, metadata, partial_index

currency = Table(
    "money_currency",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),  # as it is compared
    Column("symbol", Text, nullable=False),
    Column("decimals", Integer, nullable=False),
    Column("is_default", Boolean, nullable=False, server_default=false()),
    Column("is_deleted", Boolean, nullable=False, server_default=false()),
    Index("money_currency_of_guild", "guild_id", "id"),
    partial_index(
        "money_currency_default",
        "guild_id",
        where="is_default",
        unique=True,
    ),
    partial_index(
        "money_currency_named",
        "guild_id",
        "name_key",
        where="NOT is_deleted",
        unique=True,
    ),
    sqlite_autoincrement=True,
)

# Accounts of wallets and holds are never negative; those of the house and the mint may be.
account = Table(
    "money_account",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("currency_id", RowId, ForeignKey("money_currency.id"), nullable=False),
    Column("owner_id", BigInteger, nullable=False),  # a person, or 0
    Column("balance", BigInteger, nullable=False, server_default=text("0")),
    Column("carried", BigInteger, nullable=False, server_default=text("0")),
    UniqueConstraint("kind", "currency_id", "owner_id"),
    CheckConstraint("balance >= 0 OR kind > 2", name="balance"),
    Index("money_account_richest", "currency_id", "kind", "balance", "owner_id"),
    Index("money_account_of_owner", "guild_id", "owner_id"),
    sqlite_autoincrement=True,
)

entry = Table(
    "money_entry",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("source", Text, nullable=False),
    Column("reason", Text),
    Column("actor_id", BigInteger),
    Column("created_at", UtcDateTime, nullable=False),
    Index("money_entry_of_guild", "guild_id", "id"),
    partial_index("money_entry_of_actor", "guild_id", "actor_id", where="actor_id IS NOT NULL"),
    sqlite_autoincrement=True,
)

posting = Table(
    "money_posting",
    metadata,
    Column("id", RowId, primary_key=True),
    Column(
        "entry_id",
        RowId,
        ForeignKey("money_entry.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("account_id", RowId, ForeignKey("money_account.id"), nullable=False),
    Column("delta", BigInteger, nullable=False),
    Column("balance", BigInteger, nullable=False),  # after it
    Column("operation", Text, nullable=False),
    CheckConstraint("delta <> 0", name="delta"),
    Index("money_posting_of_account", "account_id", "id"),
    sqlite_autoincrement=True,
)

hold = Table(
    "money_hold",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("currency_id", RowId, ForeignKey("money_currency.id"), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    CheckConstraint("amount > 0", name="amount"),
    Index("money_hold_of_person", "guild_id", "user_id"),
    Index("money_hold_currency", "currency_id"),
    partial_index("money_hold_standing", "guild_id", "user_id", where="state = 'held'"),
    partial_index("money_hold_ended", "guild_id", "ended_at", where="state <> 'held'"),
    sqlite_autoincrement=True,
)

earner = Table(
    "money_earner",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("message_at", UtcDateTime),  # not to be paid for a message before
    Column("voice_at", UtcDateTime),  # nor for a minute in voice
    Column("daily_at", UtcDateTime),  # nor the daily
    Column("streak", Integer, nullable=False, server_default=text("0")),
    Column("gone_at", UtcDateTime),  # left, and their wallets are to be emptied
    Column("look_at", UtcDateTime),  # not to be looked at by a sweep before
    UniqueConstraint("guild_id", "user_id"),
    partial_index("money_earner_gone", "gone_at", where="gone_at IS NOT NULL"),
    sqlite_autoincrement=True,
)
