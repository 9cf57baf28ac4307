"""Trades: what two people exchange, and how far they have agreed."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "trade",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        *_side("creator"),
        *_side("counter"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by_id", sa.BigInteger(), nullable=True),
        sa.Column("forget_at", sa.BigInteger(), nullable=True),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("trade_pkey")),
        sqlite_autoincrement=True,
    )
    op.create_index("trade_of_creator", "trade", ["guild_id", "creator_id", "id"])
    op.create_index("trade_of_counterparty", "trade", ["guild_id", "counter_id", "id"])
    for name, column, words in (
        ("trade_expires", "expires_at", "state = 'open'"),
        ("trade_agreed", "id", "state = 'agreed'"),
        ("trade_forgotten", "forget_at", "forget_at IS NOT NULL"),
    ):
        where = sa.text(words)
        op.create_index(name, "trade", [column], sqlite_where=where, postgresql_where=where)


def _side(side: str) -> list[sa.Column[object]]:
    return [
        sa.Column(f"{side}_id", sa.BigInteger(), nullable=False),
        sa.Column(f"{side}_currency_id", sa.BigInteger(), nullable=True),
        sa.Column(f"{side}_amount", sa.BigInteger(), nullable=True),
        sa.Column(f"{side}_good", sa.Text(), nullable=True),
        sa.Column(f"{side}_confirmed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column(f"{side}_hold_id", sa.BigInteger(), nullable=True),
    ]
