"""Scams: a small copy of each known picture, with which others are compared."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What is known already goes by its hashes alone, as before."""
    op.add_column("scam_picture", sa.Column("thumbnail", sa.LargeBinary(), nullable=True))
