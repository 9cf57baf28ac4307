"""Scams: what was found, what guilds know, and the key of a case that the bot ordered."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _detections()
    _pictures()
    op.add_column("moderation_case", sa.Column("order_key", sa.Text(), nullable=True))
    where = sa.text("order_key IS NOT NULL")
    op.create_index(
        "moderation_case_ordered",
        "moderation_case",
        ["guild_id", "order_key"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def _detections() -> None:
    op.create_table(
        "scam_detection",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("acts", sa.Boolean(), nullable=False),
        sa.Column("is_shadow", sa.Boolean(), nullable=False),
        sa.Column("incident_id", sa.BigInteger(), nullable=False),
        sa.Column("spots", sa.Text(), nullable=False),
        sa.Column("signals", sa.Text(), nullable=False),
        sa.Column("pictures", sa.Text(), nullable=False),
        sa.Column("preview", sa.LargeBinary(), nullable=True),
        sa.Column("case_number", sa.Integer(), nullable=True),
        sa.Column("action_taken", sa.Text(), nullable=False),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("scam_detection_pkey")),
        sa.UniqueConstraint(
            "guild_id", "message_id", name=op.f("scam_detection_guild_id_message_id_key")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("scam_detection_person", "scam_detection", ["guild_id", "user_id", "id"])
    op.create_index("scam_detection_age", "scam_detection", ["created_at"])
    where = sa.text("state = 'pending'")
    op.create_index(
        "scam_detection_pending",
        "scam_detection",
        ["id"],
        sqlite_where=where,
        postgresql_where=where,
    )


def _pictures() -> None:
    op.create_table(
        "scam_picture",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("is_harmless", sa.Boolean(), nullable=False),
        sa.Column("whole", sa.LargeBinary(), nullable=True),
        sa.Column("tiles", sa.LargeBinary(), nullable=True),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("added_by_id", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("scam_picture_pkey")),
        sa.UniqueConstraint("guild_id", "digest", name=op.f("scam_picture_guild_id_digest_key")),
        sqlite_autoincrement=True,
    )
