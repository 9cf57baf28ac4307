"""Duels: who fights whom for what, how far they are, and everybody's rating."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _duels()
    op.create_table(
        "duelist",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("rated", sa.Integer(), nullable=False),
        sa.Column("wins", sa.Integer(), nullable=False),
        sa.Column("losses", sa.Integer(), nullable=False),
        sa.Column("draws", sa.Integer(), nullable=False),
        sa.Column("challenged_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("duelist_pkey")),
        sa.UniqueConstraint("guild_id", "user_id", name=op.f("duelist_guild_id_user_id_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("duelist_by_rating", "duelist", ["guild_id", "rating", "user_id"])


def _duels() -> None:
    op.create_table(
        "duel",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("challenger_id", sa.BigInteger(), nullable=False),
        sa.Column("opponent_id", sa.BigInteger(), nullable=False),
        sa.Column("currency_id", ROW_ID, nullable=False),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.Column("stake", sa.BigInteger(), nullable=False),
        sa.Column("is_rated", sa.Boolean(), nullable=False),
        sa.Column("gives_back", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("bout", sa.Text(), nullable=False),
        sa.Column("dice", sa.Text(), nullable=True),
        sa.Column("challenger_move", sa.Text(), nullable=True),
        sa.Column("opponent_move", sa.Text(), nullable=True),
        sa.Column("challenger_hold_id", ROW_ID, nullable=True),
        sa.Column("opponent_hold_id", ROW_ID, nullable=True),
        sa.Column("sealed_seed", sa.LargeBinary(), nullable=True),
        sa.Column("seed_hash", sa.Text(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by_id", sa.BigInteger(), nullable=True),
        sa.Column("winner_id", sa.BigInteger(), nullable=True),
        sa.Column("rating_change", sa.Integer(), nullable=True),
        sa.Column("forget_at", sa.BigInteger(), nullable=True),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("stake > 0", name=op.f("duel_stake_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("duel_pkey")),
        sqlite_autoincrement=True,
    )
    op.create_index("duel_of_challenger", "duel", ["guild_id", "challenger_id", "id"])
    op.create_index("duel_of_opponent", "duel", ["guild_id", "opponent_id", "id"])
    for name, column, words in (
        ("duel_due", "expires_at", "state IN ('challenged', 'playing')"),
        ("duel_forgotten", "forget_at", "forget_at IS NOT NULL"),
    ):
        where = sa.text(words)
        op.create_index(name, "duel", [column], sqlite_where=where, postgresql_where=where)
