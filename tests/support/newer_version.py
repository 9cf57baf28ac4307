"""Newer version of this code: the same, with a migration more, which touches every table."""

import shutil
import sys
from importlib.resources import files
from pathlib import Path

from bot.storage.migrate import newest

AHEAD = '''"""What the next version adds, everywhere."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in sorted(sa.inspect(op.get_bind()).get_table_names()):
        if name != "alembic_version":
            op.add_column(name, sa.Column("ahead", sa.Text()))
            counted = sa.Column("counted", sa.Integer(), nullable=False, server_default="0")
            op.add_column(name, counted)
    op.create_table("ahead", sa.Column("id", sa.BigInteger(), primary_key=True))
'''


def newer_version(folder: Path) -> str:
    """A folder for `be_newer`."""
    shutil.copytree(str(files("migrations")), folder / "migrations")
    before = newest()
    revision = f"{int(before) + 1:04}"
    file = folder / "migrations" / "versions" / f"{revision}_ahead.py"
    file.write_text(AHEAD.format(revision=revision, before=before))
    return str(folder)


def be_newer(folder: str) -> None:
    """This process has that version's schema; before anything asks for it."""
    sys.path.insert(0, folder)
    for name in [one for one in sys.modules if one.partition(".")[0] == "migrations"]:
        del sys.modules[name]
