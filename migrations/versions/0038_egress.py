"""Terms of an endpoint: seconds, requests at once, order; and the feed that is read of it."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("endpoint", sa.Column("answer_seconds", sa.Integer()))
    op.add_column("endpoint", sa.Column("in_flight", sa.Integer()))
    op.add_column(
        "endpoint", sa.Column("in_order", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("endpoint", sa.Column("order_at", sa.BigInteger()))
    op.add_column("endpoint", sa.Column("feed_hash", sa.LargeBinary()))
    _feed()
    _feed_entry()


def _feed() -> None:
    op.create_table(
        "feed",
        sa.Column("endpoint_id", ROW_ID, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("gone", sa.BigInteger(), nullable=False, server_default="0"),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["endpoint.id"],
            name=op.f("feed_endpoint_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("endpoint_id", name=op.f("feed_pkey")),
    )


def _feed_entry() -> None:
    op.create_table(
        "feed_entry",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("endpoint_id", ROW_ID, nullable=False),
        sa.Column("event_id", ROW_ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["endpoint.id"],
            name=op.f("feed_entry_endpoint_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("feed_entry_event_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("feed_entry_pkey")),
        sqlite_autoincrement=True,
    )
    op.create_index("feed_entry_event", "feed_entry", ["event_id"])
    op.create_index("feed_entry_position", "feed_entry", ["endpoint_id", "position"])
    op.create_index(
        "feed_entry_unnumbered",
        "feed_entry",
        ["endpoint_id", "id"],
        sqlite_where=sa.text("position IS NULL"),
        postgresql_where=sa.text("position IS NULL"),
    )
