"""Tables of giveaways: who entered, each draw, and who won."""

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

from bot.storage.schema import Document, RowId, UtcDateTime, metadata, partial_index
from bot.storage.sealed import Sealed

giveaway = Table(
    "giveaway",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("prize", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("winner_count", Integer, nullable=False),
    Column("created_by_id", BigInteger, nullable=False),
    Column("created_by_name", Text, nullable=False),
    Column("terms", Document, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("lasts", Integer, nullable=False),  # seconds, as planned
    Column("paused_at", UtcDateTime),
    Column("every", Integer),  # seconds, of a series
    Column("sealed_seed", Sealed),  # until it is drawn
    Column("seed_hash", Text, nullable=False),
    Column("seed", Text),  # from then on
    Column("failure", Text),  # why it cannot be drawn
    Column("ended_at", UtcDateTime),
    Column("forget_at", UtcDateTime),
    Column("look_at", UtcDateTime),  # not to be looked at by a sweep before
    Index("giveaway_of_guild", "guild_id", "id"),
    partial_index("giveaway_begins", "starts_at", where="state = 'scheduled'"),
    partial_index("giveaway_ends", "ends_at", where="state = 'open'"),
    partial_index("giveaway_undrawn", "id", where="state = 'drawing'"),
    partial_index("giveaway_forgotten", "forget_at", where="forget_at IS NOT NULL"),
    sqlite_autoincrement=True,
)

entry = Table(
    "giveaway_entry",
    metadata,
    Column("giveaway_id", RowId, ForeignKey("giveaway.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("weight", Integer, nullable=False),
    Column("entered_at", UtcDateTime, nullable=False),
    Index("giveaway_entry_of_person", "guild_id", "user_id"),
)

draw = Table(
    "giveaway_draw",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("giveaway_id", RowId, ForeignKey("giveaway.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),  # the first draw, then each reroll
    Column("wanted", Integer, nullable=False),
    Column("checks", Document, nullable=False),  # of whom Discord was asked: places left, and why
    Column("drawn_at", UtcDateTime, nullable=False),
    Column("by_id", BigInteger),  # whoever asked for a reroll
    UniqueConstraint("giveaway_id", "number"),
    sqlite_autoincrement=True,
)

winner = Table(
    "giveaway_winner",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("draw_id", RowId, ForeignKey("giveaway_draw.id", ondelete="CASCADE"), nullable=False),
    Column("giveaway_id", RowId, ForeignKey("giveaway.id", ondelete="CASCADE"), nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("is_replaced", Boolean, nullable=False, server_default=false()),  # by a reroll
    UniqueConstraint("giveaway_id", "user_id"),  # nobody wins twice
    Index("giveaway_winner_of_draw", "draw_id"),
    sqlite_autoincrement=True,
)
