"""Audit entries made of an entry of Discord's own log: of which, so that each is written once."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KNOWN = sa.text("origin_id IS NOT NULL")


def upgrade() -> None:
    op.add_column("audit_entry", sa.Column("origin_id", sa.BigInteger(), nullable=True))
    op.create_index(
        "audit_entry_origin",
        "audit_entry",
        ["guild_id", "origin_id"],
        unique=True,
        sqlite_where=KNOWN,
        postgresql_where=KNOWN,
    )
