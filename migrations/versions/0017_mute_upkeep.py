"""Up to which channel of a guild the muting role is kept up."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "mute_upkeep",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("newest_id", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("mute_upkeep_pkey")),
        sa.UniqueConstraint("guild_id", name=op.f("mute_upkeep_guild_id_key")),
        sqlite_autoincrement=True,
    )
    where = sa.text("due_at IS NOT NULL")
    op.create_index(
        "mute_upkeep_due", "mute_upkeep", ["due_at"], sqlite_where=where, postgresql_where=where
    )
