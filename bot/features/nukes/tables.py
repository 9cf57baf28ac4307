"""Tables of nukes: each incident, what is put back of it, and what was said of the bot's role."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text, UniqueConstraint

from bot.storage.schema import Document, RowId, UtcDateTime, metadata, partial_index

nuke = Table(
    "nuke",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("actor_id", BigInteger, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("action_class", Text, nullable=False),
    Column("count", Integer, nullable=False),
    Column("window_seconds", Integer, nullable=False),
    Column("reaction", Text, nullable=False),
    Column("reverts", Boolean, nullable=False),
    Column("is_shadow", Boolean, nullable=False),
    Column("incident_id", BigInteger, nullable=False),
    Column("reaction_state", Text, nullable=False),
    Column("taken", Text),
    Column("stripped", Document),
    Column("began_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("told_at", UtcDateTime),
    Column("locks_commands", Boolean, nullable=False),
    Column("due_at", UtcDateTime),
    Column("look_at", UtcDateTime),
    Column("reacted_at", UtcDateTime),
    Index("nuke_of_actor", "guild_id", "actor_id", "id"),
    Index("nuke_lasting", "last_at"),
    partial_index("nuke_due", "due_at", where="due_at IS NOT NULL"),
    partial_index(
        "nuke_locks",
        "guild_id",
        where="locks_commands",
        on_sqlite="locks_commands = 1",
    ),
    sqlite_autoincrement=True,
)

repair = Table(
    "nuke_repair",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("nuke_id", BigInteger, nullable=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("target_id", BigInteger, nullable=False),
    Column("subject_id", BigInteger, nullable=False),
    Column("plan", Document, nullable=False),
    Column("state", Text, nullable=False),
    Column("new_id", BigInteger),
    Column("failure", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("tried_at", UtcDateTime),
    UniqueConstraint("nuke_id", "kind", "target_id", "subject_id"),
    partial_index("nuke_repair_moved", "guild_id", "id", where="new_id IS NOT NULL"),
    sqlite_autoincrement=True,
)

height = Table(
    "nuke_height",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("above", Document, nullable=False),
)
