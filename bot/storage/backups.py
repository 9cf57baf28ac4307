"""Backups of a SQLite file: one moment of it, whole, taken while Herald writes; and put back."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from bot.errors import HeraldError
from bot.storage.files import lock_file
from bot.storage.migrate import newest

BESIDE = ("-wal", "-shm", ".mark")
"""What belongs to one file and to no other that is put in its place."""


def back_up(path: str, copy: Path) -> int:
    """Copy the database as it is at this moment; its bytes.

    In one step: begun anew at every write, as with `.backup` of the sqlite3 program, it would
    never end. The copy has its name only once it is whole and safe on the disk.
    """
    if copy.exists():
        raise HeraldError(f"{copy} is there already; name a new file")
    part = copy.with_name(f"{copy.name}.part")
    part.unlink(missing_ok=True)
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.close(descriptor)
        with closing(_read_only(Path(path))) as source, closing(sqlite3.connect(part)) as target:
            source.backup(target, pages=-1)
            # Whoever looks into the copy makes no files beside it.
            target.execute("PRAGMA journal_mode = DELETE").fetchall()
        _check(part)
        _sync(part)
        part.replace(copy)
        _sync(copy.parent)
    except (OSError, sqlite3.Error) as error:
        raise HeraldError(f"{copy} could not be written: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    return copy.stat().st_size


def restore(path: str, copy: Path, now: datetime, *, said: Callable[[str], None]) -> None:
    """Put a copy in the database's place, while no Herald has it; the old files are kept."""
    if not copy.is_file():
        raise HeraldError(f"{copy} is not there")
    _check(copy)
    own = Path(path).resolve()
    own.parent.mkdir(parents=True, exist_ok=True)
    lock = lock_file(path)
    try:
        part = own.with_name(f"{own.name}.part")
        part.write_bytes(b"")
        part.chmod(0o600)
        with copy.open("rb") as source, part.open("wb") as target:
            while block := source.read(1 << 20):
                target.write(block)
        _sync(part)
        aside = f"{own.name}.before-{now:%Y%m%d-%H%M%S}"
        for ending in ("", *BESIDE):
            old = own.with_name(own.name + ending)
            if old.exists():
                old.replace(own.with_name(aside + ending))
                said(f"{old.name} is now {aside + ending}")
        part.replace(own)
        _sync(own.parent)
    except OSError as error:
        raise HeraldError(f"{own} could not be written: {error}") from error
    finally:
        lock.close()


def _read_only(file: Path) -> sqlite3.Connection:
    if not file.exists():
        raise HeraldError(f"{file} is not there yet; the first start makes it")
    return sqlite3.connect(f"file:{quote(str(file.resolve()))}?mode=ro", uri=True)


def _check(file: Path) -> None:
    """Refuse what is no database of Herald's, is damaged, or was written by a newer version."""
    try:
        with closing(_read_only(file)) as connection:
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
            schema = str(
                connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
            )
    except (sqlite3.Error, TypeError) as error:
        raise HeraldError(f"{file} is not a database of Herald's ({error})") from error
    if found != "ok":
        raise HeraldError(f"{file} is damaged ({' '.join(found.split())})")
    if schema > newest():
        raise HeraldError(
            f"{file} was written by a newer Herald (schema {schema}); install that version first"
        )


def _sync(path: Path) -> None:
    """Return when it is safe on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
