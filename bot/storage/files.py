"""File of SQLite before it is opened: one process, one name, and whole."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from bot.errors import ConfigError
from bot.logs import get_logger

_log = get_logger("herald.storage")


def keep_private(path: str) -> None:
    """Let a new database be its owner's alone; SQLite makes its log beside it like it.

    One that is there stays as it is: `herald check` says that others can read it.
    """
    own = Path(path).resolve()
    with suppress(OSError):  # SQLite says what is in the way, in words that are known
        os.close(os.open(own, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def lock_file(path: str) -> sqlite3.Connection:
    """Hold `<path>.lock` for as long as the returned connection is open; one process a file.

    The path is the file's own, past every symbolic link that leads to it.
    """
    own = Path(path).resolve()
    if own.exists() and own.stat().st_nlink > 1:
        raise ConfigError(
            "database.url",
            f"{own.name} has a second name (a hard link), under which another program could write "
            "to it and destroy it; keep one name, or give this Herald a copy",
        )
    keep_private(f"{own}.lock")
    lock = sqlite3.connect(f"{own}.lock", timeout=0, check_same_thread=False, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        lock.close()
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        raise ConfigError(
            "database.url",
            f"{own.name} is in use by another Herald; stop that one, or give this one "
            "a file of its own, or move to PostgreSQL to share one database",
        ) from None
    return lock


def check_log(path: str) -> None:
    """Refuse a log (`-wal`) that a killed process left and that no longer fits its file.

    SQLite would mix the two and destroy a backup put in the file's place. Nothing is written; a
    file that was closed in order has no log and costs nothing, nor one that nobody touched since
    it was noted. Any other is read to its end.
    """
    own = Path(path).resolve()
    log = own.with_name(f"{own.name}-wal")
    if not log.exists() or not log.stat().st_size or _noted(own) == _mark(own):
        return
    _log.info("database.checked_whole", file=own.name, bytes=own.stat().st_size)
    found = _quick_check(own)
    if found != "ok":
        raise ConfigError(
            "database.url",
            f"{own.name} and {log.name} do not fit together ({found}); if you put a backup in "
            f"place, remove {log.name} and {own.name}-shm, which belong to the file before it",
        )


def note_file(path: str) -> None:
    """Note how the file is after Herald wrote to it, beside it: who puts another there changes it.

    Only a checkpoint writes to it, so that costs little. Not waited for: after a crash of the
    machine the note may be an old one, and the file is read whole.
    """
    own = Path(path).resolve()
    mark = _mark(own)
    if _noted(own) != mark:
        fresh = own.with_name(f"{own.name}.mark-new")
        keep_private(str(fresh))
        fresh.write_text(mark, encoding="utf-8")
        fresh.replace(own.with_name(f"{own.name}.mark"))


def _mark(own: Path) -> str:
    """Which file it is and when it was last changed, in a way that no program can set back."""
    found = own.stat()
    return f"{found.st_ino} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}"


def _noted(own: Path) -> str | None:
    try:
        return own.with_name(f"{own.name}.mark").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _quick_check(own: Path) -> str:
    connection = sqlite3.connect(f"file:{quote(str(own))}?mode=ro", uri=True)
    try:
        return " ".join(str(connection.execute("PRAGMA quick_check(1)").fetchone()[0]).split())
    except sqlite3.OperationalError:
        return "ok"  # it cannot even be read; opening it says why
    except sqlite3.DatabaseError as error:
        return str(error)
    finally:
        connection.close()
