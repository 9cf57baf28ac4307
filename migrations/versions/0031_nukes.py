"""Nukes: who tore what down, and what is put back of it."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _nuke()
    op.create_table(
        "nuke_repair",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("nuke_id", sa.BigInteger(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("new_id", sa.BigInteger(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("nuke_repair_pkey")),
        sa.UniqueConstraint(
            "nuke_id",
            "kind",
            "target_id",
            "subject_id",
            name=op.f("nuke_repair_nuke_id_kind_target_id_subject_id_key"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "nuke_height",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("above", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", name=op.f("nuke_height_pkey")),
    )


def _nuke() -> None:
    op.create_table(
        "nuke",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("action_class", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("window_seconds", sa.Integer(), nullable=False),
        sa.Column("reaction", sa.Text(), nullable=False),
        sa.Column("reverts", sa.Boolean(), nullable=False),
        sa.Column("is_shadow", sa.Boolean(), nullable=False),
        sa.Column("incident_id", sa.BigInteger(), nullable=False),
        sa.Column("reaction_state", sa.Text(), nullable=False),
        sa.Column("taken", sa.Text(), nullable=True),
        sa.Column("stripped", sa.Text(), nullable=True),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("locks_commands", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("nuke_pkey")),
        sqlite_autoincrement=True,
    )
    op.create_index("nuke_of_actor", "nuke", ["guild_id", "actor_id", "id"])
    due = sa.text("due_at IS NOT NULL")
    op.create_index("nuke_due", "nuke", ["due_at"], sqlite_where=due, postgresql_where=due)
    op.create_index(
        "nuke_locks",
        "nuke",
        ["guild_id"],
        sqlite_where=sa.text("locks_commands = 1"),
        postgresql_where=sa.text("locks_commands"),
    )
