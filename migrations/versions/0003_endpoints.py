"""Endpoints: rotation, custom headers, a description, the version of an edit, a notice owed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("endpoint", sa.Column("description", sa.Text(), nullable=True))
    op.add_column("endpoint", sa.Column("headers", sa.LargeBinary(), nullable=True))
    op.add_column("endpoint", sa.Column("next_secret", sa.LargeBinary(), nullable=True))
    op.add_column("endpoint", sa.Column("next_secret_at", sa.BigInteger(), nullable=True))
    op.add_column(
        "endpoint", sa.Column("version", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column("endpoint", sa.Column("notice_owed_at", sa.BigInteger(), nullable=True))
