"""Text of audit entries for a search, the same on both engines; searches whose pages are turned."""

import json
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PART = 1000


def upgrade() -> None:
    op.add_column("audit_entry", sa.Column("sought", sa.Text(), nullable=False, server_default=""))
    _fill()
    op.create_index("audit_entry_moment", "audit_entry", ["guild_id", "created_at", "id"])
    op.create_index("audit_entry_type", "audit_entry", ["guild_id", "event_type"])
    op.create_table(
        "audit_search",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("audit_search_pkey")),
        sqlite_autoincrement=True,
    )


def _fill() -> None:
    bind = op.get_bind()
    some = sa.text(
        "SELECT id, summary, actor_name, context FROM audit_entry "
        "WHERE id > :last ORDER BY id LIMIT :part"
    )
    fill = sa.text("UPDATE audit_entry SET sought = :sought WHERE id = :id")
    last = 0
    while rows := bind.execute(some, {"last": last, "part": PART}).all():
        filled = [{"id": row[0], "sought": _sought(row[1], row[2], _name(row[3]))} for row in rows]
        bind.execute(fill, filled)
        last = rows[-1][0]


def _name(context: str) -> str | None:
    name = json.loads(context).get("name")
    return name if isinstance(name, str) else None


def _sought(*texts: str | None) -> str:
    """What `bot.user_text.sought` made of them when this was written."""
    joined = "\n".join(text for text in texts if text)
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", joined).casefold())
