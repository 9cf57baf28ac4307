"""Tickets: types, panels, tickets, what was written in them, and canned replies."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ticket_type",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id", name=op.f("ticket_type_pkey")),
        sqlite_autoincrement=True,
    )
    op.create_index("ticket_type_of_guild", "ticket_type", ["guild_id", "id"])
    op.create_table(
        "ticket_panel",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("style", sa.Text(), nullable=False),
        sa.Column("types", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("ticket_panel_pkey")),
        sqlite_autoincrement=True,
    )
    op.create_index("ticket_panel_of_guild", "ticket_panel", ["guild_id", "id"])
    op.create_table(
        "ticket_counter",
        sa.Column("guild_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", name=op.f("ticket_counter_pkey")),
    )
    op.create_table(
        "ticket",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("type_id", ROW_ID, nullable=False),
        sa.Column("opener_id", sa.BigInteger(), nullable=False),
        sa.Column("opener_name", sa.Text(), nullable=False),
        sa.Column("opened_by_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("open_key", sa.Text(), nullable=True),
        sa.Column("room_name", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("is_thread", sa.Boolean(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=True),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("claimed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("spoken_at", sa.BigInteger(), nullable=True),
        sa.Column("spoken_by_opener", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("last_message_id", sa.BigInteger(), nullable=True),
        sa.Column("warned_at", sa.BigInteger(), nullable=True),
        sa.Column("promise_told_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("close_reason", sa.Text(), nullable=True),
        sa.Column("close_source", sa.Text(), nullable=True),
        sa.Column("reopened_by_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=True),
        sa.Column("ask_reason", sa.Text(), nullable=True),
        sa.Column("room_duty", sa.Text(), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("rating_comment", sa.Text(), nullable=True),
        sa.Column("warn_at", sa.BigInteger(), nullable=True),
        sa.Column("close_at", sa.BigInteger(), nullable=True),
        sa.Column("promise_at", sa.BigInteger(), nullable=True),
        sa.Column("delete_at", sa.BigInteger(), nullable=True),
        sa.Column("forget_at", sa.BigInteger(), nullable=True),
        sa.Column("renamed_at", sa.BigInteger(), nullable=True),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["type_id"], ["ticket_type.id"], name=op.f("ticket_type_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("ticket_pkey")),
        sa.UniqueConstraint("open_key", name=op.f("ticket_open_key_key")),
        sa.UniqueConstraint("guild_id", "number", name=op.f("ticket_guild_id_number_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ticket_deleted",
        "ticket",
        ["delete_at"],
        sqlite_where=sa.text("delete_at IS NOT NULL"),
        postgresql_where=sa.text("delete_at IS NOT NULL"),
    )
    op.create_index(
        "ticket_duty",
        "ticket",
        ["id"],
        sqlite_where=sa.text("room_duty IS NOT NULL"),
        postgresql_where=sa.text("room_duty IS NOT NULL"),
    )
    op.create_index(
        "ticket_forgotten",
        "ticket",
        ["forget_at"],
        sqlite_where=sa.text("forget_at IS NOT NULL"),
        postgresql_where=sa.text("forget_at IS NOT NULL"),
    )
    op.create_index("ticket_of_opener", "ticket", ["guild_id", "opener_id", "created_at"])
    op.create_index("ticket_of_room", "ticket", ["channel_id"])
    op.create_index(
        "ticket_opening",
        "ticket",
        ["id"],
        sqlite_where=sa.text("state = 'opening'"),
        postgresql_where=sa.text("state = 'opening'"),
    )
    op.create_index(
        "ticket_promised",
        "ticket",
        ["promise_at"],
        sqlite_where=sa.text("promise_at IS NOT NULL"),
        postgresql_where=sa.text("promise_at IS NOT NULL"),
    )
    op.create_index(
        "ticket_silent",
        "ticket",
        ["warn_at"],
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ticket_stands",
        "ticket",
        ["guild_id", "id"],
        sqlite_where=sa.text("state IN ('opening', 'open')"),
        postgresql_where=sa.text("state IN ('opening', 'open')"),
    )
    op.create_table(
        "ticket_guest",
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("is_role", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
            name=op.f("ticket_guest_ticket_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("ticket_id", "target_id", name=op.f("ticket_guest_pkey")),
    )
    op.create_table(
        "ticket_message",
        sa.Column("id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("author_role", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
            name=op.f("ticket_message_ticket_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("ticket_message_pkey")),
    )
    op.create_index("ticket_message_of_ticket", "ticket_message", ["ticket_id", "id"])
    op.create_table(
        "ticket_file",
        sa.Column("id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["ticket_message.id"],
            name=op.f("ticket_file_message_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("ticket_file_pkey")),
    )
    op.create_index(op.f("ticket_file_message_id"), "ticket_file", ["message_id"])
    op.create_index(
        "ticket_file_uncopied",
        "ticket_file",
        ["id"],
        sqlite_where=sa.text("url IS NOT NULL"),
        postgresql_where=sa.text("url IS NOT NULL"),
    )
    op.create_table(
        "ticket_note",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
            name=op.f("ticket_note_ticket_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("ticket_note_pkey")),
        sqlite_autoincrement=True,
    )
    op.create_index("ticket_note_of_ticket", "ticket_note", ["ticket_id", "id"])
    op.create_table(
        "ticket_reply",
        sa.Column("guild_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "name", name=op.f("ticket_reply_pkey")),
    )
