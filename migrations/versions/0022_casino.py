"""Casino: players with the limits they set themselves, and their rounds."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "00195"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "casino_player",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seed", sa.LargeBinary(), nullable=False),
        sa.Column("own_seed", sa.Text(), nullable=False),
        sa.Column("own_limit", sa.BigInteger(), nullable=True),
        sa.Column("next_limit", sa.BigInteger(), nullable=True),
        sa.Column("next_limit_at", sa.BigInteger(), nullable=True),
        sa.Column("paused_until", sa.BigInteger(), nullable=True),
        sa.Column("played_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("casino_player_pkey")),
        sa.UniqueConstraint("guild_id", "user_id", name=op.f("casino_player_guild_id_user_id_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "casino_round",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("game", sa.Text(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("currency_id", ROW_ID, nullable=False),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.Column("stake", sa.BigInteger(), nullable=False),
        sa.Column("staked", sa.BigInteger(), nullable=False),
        sa.Column("payout", sa.BigInteger(), nullable=True),
        sa.Column("seed", sa.LargeBinary(), nullable=False),
        sa.Column("own_seed", sa.Text(), nullable=False),
        sa.Column("moves", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("hold_id", ROW_ID, nullable=False),
        sa.Column("double_hold_id", ROW_ID, nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("stake > 0 AND staked >= stake", name=op.f("casino_round_stake_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("casino_round_pkey")),
        sa.UniqueConstraint(
            "guild_id", "user_id", "number", name=op.f("casino_round_guild_id_user_id_number_key")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("casino_round_of_player", "casino_round", ["guild_id", "user_id", "started_at"])
    for name, columns, where, unique in (
        ("casino_round_open", ["guild_id", "user_id"], "state = 'open'", True),
        ("casino_round_due", ["due_at"], "state = 'open'", False),
        ("casino_round_ended", ["ended_at"], "state <> 'open'", False),
    ):
        op.create_index(
            name,
            "casino_round",
            columns,
            unique=unique,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )
