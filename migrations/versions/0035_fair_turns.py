"""Moments: when something was last tried or reacted to, and since when something else is owed."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("nuke_repair", "raid_joiner"):
        op.add_column(table, sa.Column("tried_at", sa.BigInteger(), nullable=True))
    op.add_column("sync_share", sa.Column("lift_owed_at", sa.BigInteger(), nullable=True))
    op.add_column("network_hit", sa.Column("void_at", sa.BigInteger(), nullable=True))
    op.add_column("nuke", sa.Column("reacted_at", sa.BigInteger(), nullable=True))
