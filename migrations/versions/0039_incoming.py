"""Incoming webhooks, and the calls that are remembered for a day."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "incoming_webhook",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("uuid", sa.LargeBinary(16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("actions", sa.Text(), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger(), nullable=False),
        sa.Column("secret_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("incoming_webhook_pkey")),
        sa.UniqueConstraint("uuid", name=op.f("incoming_webhook_uuid_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "incoming_webhook_name", "incoming_webhook", ["guild_id", "name_key"], unique=True
    )
    _calls()


def _calls() -> None:
    op.create_table(
        "pushed_call",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("webhook_id", sa.BigInteger(), nullable=False),
        sa.Column("webhook_name", sa.Text(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pushed_call_pkey")),
        sqlite_autoincrement=True,
    )
    has_key = sa.text("key IS NOT NULL")
    op.create_index(
        "pushed_call_key",
        "pushed_call",
        ["webhook_id", "key"],
        unique=True,
        sqlite_where=has_key,
        postgresql_where=has_key,
    )
    op.create_index("pushed_call_age", "pushed_call", ["created_at"])
    op.create_index("pushed_call_webhook", "pushed_call", ["webhook_id", "id"])
    is_pending = sa.text("state = 'pending'")
    op.create_index(
        "pushed_call_pending",
        "pushed_call",
        ["id"],
        sqlite_where=is_pending,
        postgresql_where=is_pending,
    )


def downgrade() -> None:
    op.drop_table("pushed_call")
    op.drop_table("incoming_webhook")
