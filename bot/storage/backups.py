"""Backups of a SQLite file: one moment of it, whole, taken while Herald writes; and put back."""

import os
import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from stat import S_IMODE
from urllib.parse import quote

from bot.errors import BackupError
from bot.storage.files import lock_file, part_of, put_aside
from bot.storage.migrate import newest

BESIDE = ("-wal", "-shm", ".mark")
"""What belongs to one file and to no other that is put in its place."""


def back_up(path: str, copy: Path) -> int:
    """Copy the database as it is at this moment; its bytes.

    The copy has its name only once it is whole and safe on the disk.
    """
    if copy.exists():
        raise BackupError(f"{copy} is there already; name a new file")
    with _told(copy), _part_of(copy) as part:
        _fill(part, Path(path))
        _check(part)
        part.replace(copy)
        _sync(copy.parent)
    return copy.stat().st_size


def restore(path: str, copy: Path, now: datetime, *, said: Callable[[str], None]) -> None:
    """Put a copy in the database's place, while no Herald has it; the old files are kept."""
    own = Path(path).resolve()
    if not copy.is_file():
        raise BackupError(f"{copy} is not there")
    if copy.resolve() == part_of(own):
        raise BackupError(f"{copy} is half a copy; name the one that it was made from")
    _check(copy)
    with _told(own):
        own.parent.mkdir(parents=True, exist_ok=True)
        with closing(lock_file(path)), _part_of(own) as part:
            _fill(part, copy)
            _give(part, own)
            aside = _aside(own, now)
            for ending in ("", *BESIDE):
                old = own.with_name(own.name + ending)
                if old.exists():
                    old.replace(own.with_name(aside + ending))
                    said(f"{old.name} is now {aside + ending}")
            part.replace(own)
            _sync(own.parent)


@contextmanager
def _told(whole: Path) -> Generator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"{whole} could not be written: {error}") from error


@contextmanager
def _part_of(whole: Path) -> Generator[Path]:
    """What is written before it takes that name; gone where it does not, with its journal."""
    part = part_of(whole)
    left = part, part.with_name(f"{part.name}-journal")
    for one in left:
        one.unlink(missing_ok=True)
    try:
        yield part
    finally:
        for one in left:
            one.unlink(missing_ok=True)


def _fill(part: Path, file: Path) -> None:
    """Write one moment of the file there, with what is still in the log beside it.

    In one step: begun anew at every write, as with `.backup` of the sqlite3 program, it would
    never end.
    """
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(_read_only(file)) as source, closing(sqlite3.connect(part)) as target:
        source.backup(target, pages=-1)
        # Whoever looks into the copy makes no files beside it.
        target.execute("PRAGMA journal_mode = DELETE").fetchall()
    _sync(part)


def _give(part: Path, own: Path) -> None:
    """To whoever has the old file, or else the folder, where root does this for a service."""
    like = (own if own.exists() else own.parent).stat()
    if own.exists():
        part.chmod(S_IMODE(like.st_mode))
    if os.geteuid() == 0:
        for one in (part, own.with_name(f"{own.name}.lock")):
            os.chown(one, like.st_uid, like.st_gid)


def _aside(own: Path, now: datetime) -> str:
    """The name for the old files; that of a restore which was killed among them goes on."""
    begun = put_aside(own)
    if begun and not own.exists() and not begun.with_name(f"{begun.name}-wal").exists():
        return begun.name
    return f"{own.name}.before-{now:%Y%m%d-%H%M%S}"


def _read_only(file: Path) -> sqlite3.Connection:
    if not file.exists():
        raise BackupError(f"{file} is not there yet; the first start makes it")
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
        raise BackupError(f"{file} is not a database of Herald's ({error})") from error
    if found != "ok":
        raise BackupError(f"{file} is damaged ({' '.join(found.split())})")
    if schema > newest():
        raise BackupError(
            f"{file} was written by a newer Herald (schema {schema}); install that version first"
        )


def _sync(path: Path) -> None:
    """Return when it is safe on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
