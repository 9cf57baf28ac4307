"""Sync: networks of servers, who is in them, invites, and the cases that are owed to others."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sync_network",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("founder_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("sync_network_pkey")),
        sqlite_autoincrement=True,
    )
    _memberships()
    _invites()
    _shares()


def _network_id(table: str) -> tuple[sa.Column[object], sa.ForeignKeyConstraint]:
    return (
        sa.Column("network_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["network_id"],
            ["sync_network.id"],
            name=op.f(f"{table}_network_id_fkey"),
            ondelete="CASCADE",
        ),
    )


def _memberships() -> None:
    op.create_table(
        "sync_membership",
        sa.Column("id", ROW_ID, nullable=False),
        *_network_id("sync_membership"),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("sends", sa.Text(), nullable=False),
        sa.Column("takes", sa.Text(), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("sync_membership_pkey")),
        sa.UniqueConstraint(
            "network_id", "guild_id", name=op.f("sync_membership_network_id_guild_id_key")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("sync_membership_guild", "sync_membership", ["guild_id"])


def _invites() -> None:
    op.create_table(
        "sync_invite",
        sa.Column("code", sa.Text(), nullable=False),
        *_network_id("sync_invite"),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("sync_invite_pkey")),
    )
    op.create_index("sync_invite_network", "sync_invite", ["network_id"])


def _shares() -> None:
    op.create_table(
        "sync_share",
        sa.Column("id", ROW_ID, nullable=False),
        *_network_id("sync_share"),
        sa.Column("origin_guild_id", sa.BigInteger(), nullable=False),
        sa.Column("origin_case_id", sa.BigInteger(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("is_lift_owed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("case_number", sa.Integer(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("sync_share_pkey")),
        sa.UniqueConstraint(
            "origin_case_id", "guild_id", name=op.f("sync_share_origin_case_id_guild_id_key")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("sync_share_network", "sync_share", ["network_id"])
    op.create_index("sync_share_age", "sync_share", ["created_at"])
    for name, words, here in (
        ("sync_share_owed", "state = 'owed'", None),
        ("sync_share_lift", "is_lift_owed", "is_lift_owed = 1"),
    ):
        op.create_index(
            name,
            "sync_share",
            ["id"],
            sqlite_where=sa.text(here or words),
            postgresql_where=sa.text(words),
        )
