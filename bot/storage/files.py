"""File of SQLite before it is opened: one process, one name, and whole."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from bot.errors import ConfigError


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
    file that was closed in order has no log and costs nothing.
    """
    own = Path(path).resolve()
    log = own.with_name(f"{own.name}-wal")
    if not log.exists() or not log.stat().st_size:
        return
    found = _quick_check(own)
    if found != "ok":
        raise ConfigError(
            "database.url",
            f"{own.name} and {log.name} do not fit together ({found}); if you put a backup in "
            f"place, remove {log.name} and {own.name}-shm, which belong to the file before it",
        )


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
