"""Text of cases for a search: the same on both engines, in any script; names are found too."""

import unicodedata
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TEXTS = {
    "moderation_case": ("username", "reason"),
    "case_note": ("text",),
}
PART = 1000


def upgrade() -> None:
    for table, columns in TEXTS.items():
        op.add_column(table, sa.Column("sought", sa.Text(), nullable=False, server_default=""))
        _fill(table, columns)


def _fill(table: str, columns: tuple[str, ...]) -> None:
    bind = op.get_bind()
    names = ", ".join(columns)
    some = sa.text(f"SELECT id, {names} FROM {table} WHERE id > :last ORDER BY id LIMIT {PART}")  # noqa: S608 - names of ours
    fill = sa.text(f"UPDATE {table} SET sought = :sought WHERE id = :id")  # noqa: S608 - names of ours
    last = 0
    while rows := bind.execute(some, {"last": last}).all():
        bind.execute(fill, [{"id": row[0], "sought": _sought(row[1:])} for row in rows])
        last = rows[-1][0]


def _sought(texts: Sequence[str | None]) -> str:
    """What `bot.user_text.sought` made of them when this was written."""
    joined = "\n".join(text for text in texts if text)
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", joined).casefold())
