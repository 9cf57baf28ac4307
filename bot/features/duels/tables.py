"""Tables of duels: what each is about and how far it is, and everybody's rating."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from bot.storage.schema import RowId, UtcDateTime, metadata, partial_index
from bot.storage.sealed import Sealed

duel = Table(
    "duel",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("challenger_id", BigInteger, nullable=False),
    Column("opponent_id", BigInteger, nullable=False),
    Column("currency_id", RowId, nullable=False),
    Column("decimals", Integer, nullable=False),  # the currency's
    Column("stake", BigInteger, nullable=False),
    Column("is_rated", Boolean, nullable=False),
    Column("gives_back", Integer, nullable=False),  # percent of the loser's stake
    Column("turn", Integer, nullable=False),  # seconds
    Column("state", Text, nullable=False),
    Column("bout", Text, nullable=False),  # the rounds that were played
    Column("dice", Text),  # of the one that is
    Column("challenger_move", Text),  # hidden until both have moved
    Column("opponent_move", Text),
    Column("challenger_hold_id", RowId),
    Column("opponent_hold_id", RowId),
    Column("sealed_seed", Sealed),  # until it has ended
    Column("seed_hash", Text, nullable=False),
    Column("seed", Text),  # from then on
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("ended_by_id", BigInteger),
    Column("winner_id", BigInteger),
    Column("rating_change", Integer),  # the challenger's
    Column("forget_at", UtcDateTime),
    Column("look_at", UtcDateTime),  # not to be looked at by a sweep before
    CheckConstraint("stake > 0", name="stake"),
    Index("duel_of_challenger", "guild_id", "challenger_id", "id"),
    Index("duel_of_opponent", "guild_id", "opponent_id", "id"),
    partial_index("duel_due", "expires_at", where="state IN ('challenged', 'playing')"),
    partial_index("duel_forgotten", "forget_at", where="forget_at IS NOT NULL"),
    sqlite_autoincrement=True,
)

duelist = Table(
    "duelist",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("rating", Integer, nullable=False),
    Column("rated", Integer, nullable=False),  # duels that moved the rating
    Column("wins", Integer, nullable=False),
    Column("losses", Integer, nullable=False),
    Column("draws", Integer, nullable=False),
    Column("challenged_at", UtcDateTime),
    UniqueConstraint("guild_id", "user_id"),
    Index("duelist_by_rating", "guild_id", "rating", "user_id"),
    sqlite_autoincrement=True,
)
