"""What an endpoint wants of its events, and how fast.

Runs at the first start of a release that knows filters, thresholds and rate limits.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "endpoint", sa.Column("threshold", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.add_column("endpoint", sa.Column("filter", sa.Text()))
    op.add_column("endpoint", sa.Column("rate_limit", sa.Integer()))
