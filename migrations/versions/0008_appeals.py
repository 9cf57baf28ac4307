"""Appeals and the cards on which the staff decide about them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UNDECIDED = sa.text("state IN ('open', 'approving')")
DUE = sa.text("state = 'approving' OR told = 'owed'")
CARD_DUE = sa.text("state = 'owed' OR appeal_id IS NULL")


def upgrade() -> None:
    op.create_table(
        "appeal",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", ROW_ID, nullable=False),
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("case_type", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_by_name", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("punishment_lifted", sa.Boolean(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["moderation_case.id"],
            name=op.f("appeal_case_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("appeal_pkey")),
        sa.UniqueConstraint("case_id", "attempt", name=op.f("appeal_case_id_attempt_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "appeal_card",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("appeal_id", ROW_ID, nullable=True),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("owed_since", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["appeal_id"],
            ["appeal.id"],
            name=op.f("appeal_card_appeal_id_fkey"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("appeal_card_pkey")),
        sa.UniqueConstraint("appeal_id", name=op.f("appeal_card_appeal_id_key")),
        sqlite_autoincrement=True,
    )
    _index("appeal_undecided", "appeal", ["case_id"], UNDECIDED, unique=True)
    _index("appeal_waiting", "appeal", ["guild_id", "id"], UNDECIDED)
    _index("appeal_due", "appeal", ["look_at"], DUE)
    _index("appeal_card_due", "appeal_card", ["look_at"], CARD_DUE)


def _index(
    name: str, table: str, columns: list[str], where: sa.TextClause, *, unique: bool = False
) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)
