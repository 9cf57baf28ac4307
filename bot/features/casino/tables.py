"""Tables of the casino: players with their limits, and the rounds that they played."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from bot.storage.schema import RowId, UtcDateTime, metadata, partial_index
from bot.storage.sealed import Sealed

casino_player = Table(
    "casino_player",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),  # of the next round, which `seed` is for
    Column("own_seed", Text, nullable=False),
    Column("own_limit", BigInteger),  # coins
    Column("next_limit", BigInteger),
    Column("next_limit_at", UtcDateTime),
    Column("paused_until", UtcDateTime),
    Column("played_at", UtcDateTime),
    Column("seed", LargeBinary),  # of an earlier version, until the start seals it
    Column("sealed_seed", Sealed),
    UniqueConstraint("guild_id", "user_id"),
    sqlite_autoincrement=True,
)

casino_round = Table(
    "casino_round",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("rules", Integer, nullable=False),
    Column("game", Text, nullable=False),
    Column("choice", Text, nullable=False),
    Column("currency_id", RowId, nullable=False),
    Column("decimals", Integer, nullable=False),  # the currency's
    Column("stake", BigInteger, nullable=False),
    Column("staked", BigInteger, nullable=False),  # with what was doubled
    Column("payout", BigInteger),
    Column("own_seed", Text, nullable=False),
    Column("moves", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("hold_id", RowId, nullable=False),
    Column("double_hold_id", RowId),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("due_at", UtcDateTime),  # while it is open
    Column("look_at", UtcDateTime),
    Column("seed", LargeBinary),  # once it is over
    Column("sealed_seed", Sealed),  # until then
    UniqueConstraint("guild_id", "user_id", "number"),
    CheckConstraint("stake > 0 AND staked >= stake", name="stake"),
    # What somebody lost in a day is summed up before each round.
    Index("casino_round_of_player", "guild_id", "user_id", "started_at"),
    partial_index("casino_round_open", "guild_id", "user_id", where="state = 'open'", unique=True),
    partial_index("casino_round_due", "due_at", where="state = 'open'"),
    partial_index("casino_round_ended", "ended_at", where="state <> 'open'"),
    sqlite_autoincrement=True,
)
