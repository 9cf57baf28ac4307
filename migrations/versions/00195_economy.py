"""Economy: currencies, accounts, entries and their postings, holds, earners."""

import sqlalchemy as sa
from alembic import op

revision = "00195"
down_revision = "0019"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "money_currency",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("is_deleted", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id", name=op.f("money_currency_pkey")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "money_currency_default",
        "money_currency",
        ["guild_id"],
        unique=True,
        sqlite_where=sa.text("is_default"),
        postgresql_where=sa.text("is_default"),
    )
    op.create_index(
        "money_currency_named",
        "money_currency",
        ["guild_id", "name_key"],
        unique=True,
        sqlite_where=sa.text("NOT is_deleted"),
        postgresql_where=sa.text("NOT is_deleted"),
    )
    op.create_index("money_currency_of_guild", "money_currency", ["guild_id", "id"], unique=False)
    op.create_table(
        "money_earner",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("message_at", sa.BigInteger(), nullable=True),
        sa.Column("voice_at", sa.BigInteger(), nullable=True),
        sa.Column("daily_at", sa.BigInteger(), nullable=True),
        sa.Column("streak", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("gone_at", sa.BigInteger(), nullable=True),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("money_earner_pkey")),
        sa.UniqueConstraint("guild_id", "user_id", name=op.f("money_earner_guild_id_user_id_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "money_earner_gone",
        "money_earner",
        ["gone_at"],
        unique=False,
        sqlite_where=sa.text("gone_at IS NOT NULL"),
        postgresql_where=sa.text("gone_at IS NOT NULL"),
    )
    op.create_table(
        "money_entry",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("money_entry_pkey")),
        sqlite_autoincrement=True,
    )
    op.create_index("money_entry_of_guild", "money_entry", ["guild_id", "id"], unique=False)
    op.create_table(
        "money_account",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("currency_id", ROW_ID, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("balance", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("carried", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("balance >= 0 OR kind > 2", name=op.f("money_account_balance_check")),
        sa.ForeignKeyConstraint(
            ["currency_id"], ["money_currency.id"], name=op.f("money_account_currency_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("money_account_pkey")),
        sa.UniqueConstraint(
            "kind",
            "currency_id",
            "owner_id",
            name=op.f("money_account_kind_currency_id_owner_id_key"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "money_account_of_owner", "money_account", ["guild_id", "owner_id"], unique=False
    )
    op.create_index(
        "money_account_richest",
        "money_account",
        ["currency_id", "kind", "balance", "owner_id"],
        unique=False,
    )
    op.create_table(
        "money_hold",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("currency_id", ROW_ID, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("money_hold_amount_check")),
        sa.ForeignKeyConstraint(
            ["currency_id"], ["money_currency.id"], name=op.f("money_hold_currency_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("money_hold_pkey")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "money_hold_ended",
        "money_hold",
        ["guild_id", "ended_at"],
        unique=False,
        sqlite_where=sa.text("state <> 'held'"),
        postgresql_where=sa.text("state <> 'held'"),
    )
    op.create_index(
        "money_hold_standing",
        "money_hold",
        ["guild_id", "user_id"],
        unique=False,
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_table(
        "money_posting",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("entry_id", ROW_ID, nullable=False),
        sa.Column("account_id", ROW_ID, nullable=False),
        sa.Column("delta", sa.BigInteger(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.CheckConstraint("delta <> 0", name=op.f("money_posting_delta_check")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["money_account.id"], name=op.f("money_posting_account_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["money_entry.id"],
            name=op.f("money_posting_entry_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("money_posting_pkey")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("money_posting_entry_id"), "money_posting", ["entry_id"], unique=False)
    op.create_index("money_posting_of_account", "money_posting", ["account_id", "id"], unique=False)
