"""People from whom no appeal is taken, and the invite that comes with an approval."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "appeal_block",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "user_id", name=op.f("appeal_block_pkey")),
    )
    owed = sa.Column("invite_owed", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("appeal", owed)
    op.add_column("appeal", sa.Column("invite_url", sa.Text(), nullable=True))
    op.add_column("appeal", sa.Column("invite_ends_at", sa.BigInteger(), nullable=True))
    op.create_index(
        "appeal_uninvited",
        "appeal",
        ["id"],
        sqlite_where=sa.text("invite_owed = 1"),
        postgresql_where=sa.text("invite_owed"),
    )
