"""Giveaways: who entered, each draw, and who won."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0019"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "giveaway",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("prize", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("winner_count", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger(), nullable=False),
        sa.Column("created_by_name", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("lasts", sa.Integer(), nullable=False),
        sa.Column("paused_at", sa.BigInteger(), nullable=True),
        sa.Column("every", sa.Integer(), nullable=True),
        sa.Column("sealed_seed", sa.LargeBinary(), nullable=True),
        sa.Column("seed_hash", sa.Text(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("forget_at", sa.BigInteger(), nullable=True),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("giveaway_pkey")),
        sqlite_autoincrement=True,
    )
    op.create_index("giveaway_of_guild", "giveaway", ["guild_id", "id"])
    for name, column, words in (
        ("giveaway_begins", "starts_at", "state = 'scheduled'"),
        ("giveaway_ends", "ends_at", "state = 'open'"),
        ("giveaway_undrawn", "id", "state = 'drawing'"),
        ("giveaway_forgotten", "forget_at", "forget_at IS NOT NULL"),
    ):
        where = sa.text(words)
        op.create_index(name, "giveaway", [column], sqlite_where=where, postgresql_where=where)
    op.create_table(
        "giveaway_entry",
        sa.Column("giveaway_id", ROW_ID, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("giveaway_id", "user_id", name=op.f("giveaway_entry_pkey")),
        _of_giveaway("giveaway_entry"),
    )
    op.create_index("giveaway_entry_of_person", "giveaway_entry", ["guild_id", "user_id"])
    op.create_table(
        "giveaway_draw",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("giveaway_id", ROW_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("checks", sa.Text(), nullable=False),
        sa.Column("drawn_at", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("giveaway_draw_pkey")),
        sa.UniqueConstraint(
            "giveaway_id", "number", name=op.f("giveaway_draw_giveaway_id_number_key")
        ),
        _of_giveaway("giveaway_draw"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "giveaway_winner",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("draw_id", ROW_ID, nullable=False),
        sa.Column("giveaway_id", ROW_ID, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("is_replaced", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id", name=op.f("giveaway_winner_pkey")),
        sa.UniqueConstraint(
            "giveaway_id", "user_id", name=op.f("giveaway_winner_giveaway_id_user_id_key")
        ),
        sa.ForeignKeyConstraint(
            ["draw_id"],
            ["giveaway_draw.id"],
            name=op.f("giveaway_winner_draw_id_fkey"),
            ondelete="CASCADE",
        ),
        _of_giveaway("giveaway_winner"),
        sqlite_autoincrement=True,
    )
    op.create_index("giveaway_winner_of_draw", "giveaway_winner", ["draw_id"])


def _of_giveaway(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["giveaway_id"],
        ["giveaway.id"],
        name=op.f(f"{table}_giveaway_id_fkey"),
        ondelete="CASCADE",
    )
