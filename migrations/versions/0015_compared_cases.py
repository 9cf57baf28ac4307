"""Cases compared with what Discord shows: when, and those in effect of a guild at once."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

COMPARED = sa.text("compare_at IS NOT NULL")
STANDING = sa.text("state = 'active' AND type IN ('timeout', 'mute')")


def upgrade() -> None:
    op.add_column("moderation_case", sa.Column("compare_at", sa.BigInteger(), nullable=True))
    for name, column, where in (
        ("moderation_case_compared", "compare_at", COMPARED),
        ("moderation_case_standing", "guild_id", STANDING),
    ):
        op.create_index(
            name, "moderation_case", [column], sqlite_where=where, postgresql_where=where
        )
