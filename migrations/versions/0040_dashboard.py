"""Links that open the dashboard, and the sessions that they begin."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "dashboard_link",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="dashboard_link_pkey"),
        sa.UniqueConstraint("token", name="dashboard_link_token_key"),
    )
    op.create_index("dashboard_link_user_id", "dashboard_link", ["user_id"])
    op.create_index("dashboard_link_expires_at", "dashboard_link", ["expires_at"])
    op.create_table(
        "dashboard_session",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("said", sa.Text(), nullable=True),
        sa.Column("is_refusal", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="dashboard_session_pkey"),
        sa.UniqueConstraint("token", name="dashboard_session_token_key"),
    )
    op.create_index("dashboard_session_user_id", "dashboard_session", ["user_id"])
    op.create_index("dashboard_session_ends_at", "dashboard_session", ["ends_at"])
