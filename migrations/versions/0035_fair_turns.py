"""When each repair of a nuke and person of a raid was last tried, and when was reacted to whom."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("nuke_repair", "raid_joiner"):
        op.add_column(table, sa.Column("tried_at", sa.BigInteger(), nullable=True))
    op.add_column("nuke", sa.Column("reacted_at", sa.BigInteger(), nullable=True))
