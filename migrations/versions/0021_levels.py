"""Levels: members' points, what they earned in a week, rules, and announcements."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "level_member",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("xp", sa.BigInteger(), nullable=False),
        sa.Column("earned_at", sa.BigInteger(), nullable=True),
        sa.Column("free_at", sa.BigInteger(), nullable=True),
        sa.Column("voice_minute", sa.BigInteger(), nullable=True),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.Column("roles_at", sa.BigInteger(), nullable=True),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("level_member_pkey")),
        sa.UniqueConstraint("guild_id", "user_id", name=op.f("level_member_guild_id_user_id_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("level_member_rank", "level_member", ["guild_id", "xp"])
    where = sa.text("roles_at IS NOT NULL")
    op.create_index(
        "level_member_roles",
        "level_member",
        ["roles_at"],
        sqlite_where=where,
        postgresql_where=where,
    )
    op.create_table(
        "level_week",
        sa.Column("guild_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("week", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("xp", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "week", "user_id", name=op.f("level_week_pkey")),
    )
    op.create_index("level_week_number", "level_week", ["week"])
    op.create_table(
        "level_role",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("level_role_pkey")),
        sa.UniqueConstraint("guild_id", "role_id", name=op.f("level_role_guild_id_role_id_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "level_multiplier",
        sa.Column("guild_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "target_id", name=op.f("level_multiplier_pkey")),
    )
    _boards()


def _boards() -> None:
    op.create_table(
        "level_up",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("old_level", sa.Integer(), nullable=False),
        sa.Column("new_level", sa.Integer(), nullable=False),
        sa.Column("total_xp", sa.BigInteger(), nullable=False),
        sa.Column("reached_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("level_up_pkey")),
        sqlite_autoincrement=True,
    )
    op.create_index("level_up_age", "level_up", ["reached_at"])
    op.create_table(
        "level_board",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("level_board_pkey")),
        sa.UniqueConstraint("guild_id", "week", name=op.f("level_board_guild_id_week_key")),
        sqlite_autoincrement=True,
    )
