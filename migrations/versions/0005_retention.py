"""What letting go of old rows needs: missed deliveries by age, and when a guild was last seen.

Runs at the first start of a release that lets go of anything.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "delivery_missed",
        "delivery",
        ["endpoint_id", "due_at"],
        unique=False,
        sqlite_where=sa.text("state = 4"),
        postgresql_where=sa.text("state = 4"),
    )
    op.add_column("guild_sight", sa.Column("seen_at", sa.BigInteger(), nullable=True))
    op.execute(
        "UPDATE guild_sight SET seen_at = (SELECT max(at) FROM ("
        "SELECT members_at AS at UNION ALL SELECT bans_at UNION ALL SELECT left_at) AS moments)"
    )
