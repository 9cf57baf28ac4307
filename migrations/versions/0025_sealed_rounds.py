"""Casino: seeds of rounds to come are sealed; the start seals those that are here by then."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("casino_player", "casino_round"):
        op.add_column(table, sa.Column("sealed_seed", sa.LargeBinary(), nullable=True))
        # SQLite lets go of NOT NULL only with its column.
        op.add_column(table, sa.Column("plain_seed", sa.LargeBinary(), nullable=True))
        columns = sa.table(table, sa.column("seed"), sa.column("plain_seed"))
        op.execute(columns.update().values(plain_seed=columns.c.seed))
        op.drop_column(table, "seed")
        op.execute(f"ALTER TABLE {table} RENAME COLUMN plain_seed TO seed")
