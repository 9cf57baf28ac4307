"""Raids: who came with each, and what stood in the channels that it locked."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _raid()
    _joiner()
    _lock()


def _raid() -> None:
    op.create_table(
        "raid",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("is_shadow", sa.Boolean(), nullable=False),
        sa.Column("incident_id", sa.BigInteger(), nullable=False),
        sa.Column("joins", sa.Integer(), nullable=False),
        sa.Column("window_seconds", sa.Integer(), nullable=False),
        sa.Column("cooldown_seconds", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("started_by_id", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by_id", sa.BigInteger(), nullable=True),
        sa.Column("pause_state", sa.Text(), nullable=False),
        sa.Column("paused_until", sa.BigInteger(), nullable=True),
        sa.Column("paused_before", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("raid_pkey")),
        sqlite_autoincrement=True,
    )
    op.create_index("raid_of_guild", "raid", ["guild_id", "id"])
    _partial("raid_active", "raid", ["guild_id"], "state = 'active'", unique=True)
    _partial("raid_due", "raid", ["due_at"], "due_at IS NOT NULL")


def _joiner() -> None:
    op.create_table(
        "raid_joiner",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("raid_id", sa.BigInteger(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("case_number", sa.Integer(), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("raid_joiner_pkey")),
        sa.UniqueConstraint(
            "raid_id",
            "user_id",
            "joined_at",
            name=op.f("raid_joiner_raid_id_user_id_joined_at_key"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("raid_joiner_of_guild", "raid_joiner", ["guild_id", "user_id"])
    waits = "state IN ('waiting', 'ordered', 'releasing')"
    _partial("raid_joiner_waits", "raid_joiner", ["raid_id", "id"], waits)


def _lock() -> None:
    op.create_table(
        "raid_lock",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("raid_id", sa.BigInteger(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("before_allow", sa.BigInteger(), nullable=False),
        sa.Column("before_deny", sa.BigInteger(), nullable=False),
        sa.Column("locked_allow", sa.BigInteger(), nullable=False),
        sa.Column("locked_deny", sa.BigInteger(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("raid_lock_pkey")),
        sqlite_autoincrement=True,
    )
    op.create_index("raid_lock_of_raid", "raid_lock", ["raid_id", "id"])
    held = "state IN ('planned', 'locked')"
    _partial("raid_lock_open", "raid_lock", ["guild_id", "channel_id"], held, unique=True)


def _partial(
    name: str, table: str, columns: list[str], words: str, *, unique: bool = False
) -> None:
    where = sa.text(words)
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)
