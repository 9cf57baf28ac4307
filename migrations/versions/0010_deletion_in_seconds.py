"""How far back a ban deletes what somebody wrote, in seconds instead of whole days."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "moderation_case",
        sa.Column("delete_seconds", sa.Integer(), nullable=False, server_default="0"),
    )
    op.execute(
        "UPDATE moderation_case SET delete_seconds = delete_days * 86400 WHERE delete_days > 0"
    )
    op.drop_column("moderation_case", "delete_days")
