"""Rooms of tickets: several things left to do to one, why they are not done, who is let in."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE ticket RENAME COLUMN room_duty TO room_duties")
    op.add_column(
        "ticket", sa.Column("room_turn", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("ticket", sa.Column("duty_failure", sa.Text(), nullable=True))
    for name, default in (("is_in", sa.true()), ("is_due", sa.false()), ("by_hand", sa.false())):
        op.add_column(
            "ticket_guest", sa.Column(name, sa.Boolean(), nullable=False, server_default=default)
        )
