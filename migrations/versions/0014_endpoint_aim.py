"""What is known of an endpoint's address begins anew with a new one; what its receiver asked for.

`aim` grows with every new URL, secret or header; before `retry_at` its receiver wants no request.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("endpoint", sa.Column("aim", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("endpoint", sa.Column("retry_at", sa.BigInteger()))
