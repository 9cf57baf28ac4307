"""Moderation cases with their notes and evidence."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PENDING = sa.text("state = 'pending'")
ENDS = sa.text("state = 'active' AND expires_at IS NOT NULL")
AGAIN = {
    "sqlite": sa.text("state = 'active' AND repeats = 1"),
    "postgresql": sa.text("state = 'active' AND repeats"),
}
OWED = sa.text("told = 'owed' OR logged = 'owed'")


def upgrade() -> None:
    op.create_table(
        "case_counter",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", name=op.f("case_counter_pkey")),
    )
    op.create_table(
        "moderation_case",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("moderator_id", sa.BigInteger(), nullable=False),
        sa.Column("moderator_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.Column("delete_days", sa.Integer(), server_default="0", nullable=False),
        sa.Column("repeats", sa.Boolean(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("logged", sa.Text(), nullable=False),
        sa.Column("log_channel_id", sa.BigInteger(), nullable=True),
        sa.Column("log_message_id", sa.BigInteger(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("moderation_case_pkey")),
        sa.UniqueConstraint("guild_id", "number", name=op.f("moderation_case_guild_id_number_key")),
        sqlite_autoincrement=True,
    )
    _index("moderation_case_person", ["guild_id", "user_id", "id"])
    _index("moderation_case_pending", ["guild_id", "user_id", "type"], PENDING, unique=True)
    _index("moderation_case_stuck", ["id"], PENDING)
    _index("moderation_case_ends", ["expires_at"], ENDS)
    _index("moderation_case_again", ["id"], AGAIN[op.get_context().dialect.name])
    _index("moderation_case_owed", ["settled_at"], OWED)
    _attached(
        "case_note",
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
    )
    _attached(
        "case_evidence",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.Column("added_by_id", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "struck_line",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("look_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("struck_line_pkey")),
    )


def _index(
    name: str, columns: list[str], where: sa.TextClause | None = None, *, unique: bool = False
) -> None:
    op.create_index(
        name,
        "moderation_case",
        columns,
        unique=unique,
        sqlite_where=where,
        postgresql_where=where,
    )


def _attached(name: str, *columns: sa.Column[object]) -> None:
    """A table of what hangs on a case, and goes with it."""
    op.create_table(
        name,
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("case_id", ROW_ID, nullable=False),
        *columns,
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["moderation_case.id"],
            name=op.f(f"{name}_case_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"{name}_pkey")),
        sqlite_autoincrement=True,
    )
    op.create_index(f"{name}_case", name, ["case_id"], unique=False)
