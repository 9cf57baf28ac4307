"""Tables of tickets: types, panels, tickets, what was written in them, and canned replies."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    false,
    true,
)

from bot.storage.schema import Document, RowId, UtcDateTime, metadata, partial_index

ticket_type = Table(
    "ticket_type",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("choices", Document, nullable=False),
    Column("form", Document, nullable=False),  # {"questions": [...]}
    Column("is_deleted", Boolean, nullable=False, server_default=false()),
    Index("ticket_type_of_guild", "guild_id", "id"),
    sqlite_autoincrement=True,
)

ticket_panel = Table(
    "ticket_panel",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("style", Text, nullable=False),  # buttons or select
    Column("types", Document, nullable=False),  # {"ids": [...]}
    Column("channel_id", BigInteger),  # none until it is posted
    Index("ticket_panel_of_guild", "guild_id", "id"),
    sqlite_autoincrement=True,
)

ticket_counter = Table(
    "ticket_counter",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

ticket = Table(
    "ticket",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("type_id", RowId, ForeignKey("ticket_type.id"), nullable=False),
    Column("opener_id", BigInteger, nullable=False),
    Column("opener_name", Text, nullable=False),
    Column("opened_by_id", BigInteger, nullable=False),  # the staff, for somebody
    Column("subject", Text, nullable=False),
    Column("answers", Document, nullable=False),
    Column("state", Text, nullable=False),
    Column("open_key", Text),  # while it is open: nobody has two of one key
    Column("room_name", Text, nullable=False),  # as it was, or is to be, made
    Column("parent_id", BigInteger),
    Column("is_thread", Boolean, nullable=False),
    Column("channel_id", BigInteger),
    Column("priority", Text, nullable=False),
    Column("claimed_by_id", BigInteger),
    Column("created_at", UtcDateTime, nullable=False),
    Column("opened_at", UtcDateTime),
    Column("answered_at", UtcDateTime),  # by the staff, for the first time
    Column("spoken_at", UtcDateTime),  # the last message of a person
    Column("spoken_by_opener", Boolean, nullable=False, server_default=false()),
    Column("last_message_id", BigInteger),  # all before it is stored
    Column("warned_at", UtcDateTime),  # that it will close itself
    Column("promise_told_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("closed_by_id", BigInteger),
    Column("close_reason", Text),
    Column("close_source", Text),
    Column("reopened_by_id", BigInteger),
    Column("asked_by_id", BigInteger),  # who asks for it to be closed
    Column("ask_reason", Text),
    Column("room_duties", Text),  # by name, with spaces between
    Column("room_turn", Integer, nullable=False, server_default="0"),  # how often there were new
    Column("duty_failure", Text),  # why Discord refuses them
    Column("rating", Integer),
    Column("rating_comment", Text),
    Column("warn_at", UtcDateTime),  # of its silence
    Column("close_at", UtcDateTime),  # by itself
    Column("promise_at", UtcDateTime),  # until when an answer was promised
    Column("delete_at", UtcDateTime),  # its room
    Column("forget_at", UtcDateTime),  # what was written in it
    Column("renamed_at", UtcDateTime),  # its room: Discord takes two in ten minutes
    Column("look_at", UtcDateTime),  # not to be looked at by a sweep before
    UniqueConstraint("guild_id", "number"),
    UniqueConstraint("open_key"),
    Index("ticket_of_room", "channel_id"),
    Index("ticket_of_opener", "guild_id", "opener_id", "created_at"),
    partial_index("ticket_stands", "guild_id", "id", where="state IN ('opening', 'open')"),
    partial_index("ticket_opening", "id", where="state = 'opening'"),
    partial_index("ticket_duty", "id", where="room_duties IS NOT NULL"),
    Index("ticket_of_type", "type_id"),
    partial_index("ticket_silent", "warn_at", where="state = 'open'"),
    partial_index("ticket_silenced", "close_at", where="state = 'open'"),
    partial_index("ticket_promised", "promise_at", where="promise_at IS NOT NULL"),
    partial_index("ticket_deleted", "delete_at", where="delete_at IS NOT NULL"),
    partial_index("ticket_forgotten", "forget_at", where="forget_at IS NOT NULL"),
    sqlite_autoincrement=True,
)

ticket_guest = Table(
    "ticket_guest",
    metadata,
    Column("ticket_id", RowId, ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True),
    Column("target_id", BigInteger, primary_key=True, autoincrement=False),
    Column("is_role", Boolean, nullable=False),
    Column("is_in", Boolean, nullable=False, server_default=true()),
    Column("is_due", Boolean, nullable=False, server_default=false()),  # Discord has it not yet
    Column("by_hand", Boolean, nullable=False, server_default=false()),
    Index("ticket_guest_target", "target_id"),
)

ticket_message = Table(
    "ticket_message",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # Discord's
    Column("ticket_id", RowId, ForeignKey("ticket.id", ondelete="CASCADE"), nullable=False),
    Column("author_id", BigInteger, nullable=False),
    Column("author_role", Text, nullable=False),
    Column("document", Document, nullable=False),  # as it is now, and what it was before
    Column("written_at", UtcDateTime, nullable=False),
    Column("is_deleted", Boolean, nullable=False, server_default=false()),
    Index("ticket_message_of_ticket", "ticket_id", "id"),
    Index("ticket_message_of_author", "author_id"),
)

ticket_file = Table(
    "ticket_file",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # Discord's
    Column(
        "message_id",
        BigInteger,
        ForeignKey("ticket_message.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("name", Text, nullable=False),
    Column("media_type", Text),
    Column("size", Integer, nullable=False),
    Column("bytes", LargeBinary),
    Column("failure", Text),  # why there are none
    Column("url", Text),  # while they are still to be copied
    Column("look_at", UtcDateTime),  # not to be looked at by a sweep before
    partial_index("ticket_file_uncopied", "id", where="url IS NOT NULL"),
)

ticket_note = Table(
    "ticket_note",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("ticket_id", RowId, ForeignKey("ticket.id", ondelete="CASCADE"), nullable=False),
    Column("author_id", BigInteger, nullable=False),
    Column("author_name", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
    Index("ticket_note_of_ticket", "ticket_id", "id"),
    sqlite_autoincrement=True,
)

ticket_reply = Table(
    "ticket_reply",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),
    Column("text", Text, nullable=False),
)
