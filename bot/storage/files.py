"""File of SQLite before it is opened: one process, one name, and whole."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from glob import escape
from pathlib import Path
from urllib.parse import quote

from bot.errors import ConfigError
from bot.logs import get_logger

AGAIN = 0.05  # seconds
Told = Callable[[str], None]
"""Takes what is done now, in words for whoever waits for it."""

_log = get_logger("herald.storage")


def untold(_step: str) -> None:
    """Where nobody waits who wants to know."""


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


def part_of(whole: Path) -> Path:
    """What a copy or a restore writes, before it has that name."""
    return whole.with_name(f"{whole.name}.part")


def put_aside(own: Path) -> Path | None:
    """The file that the last restore moved away; nothing where there was none."""
    names = own.parent.glob(f"{escape(own.name)}.before-{'[0-9]' * 8}-{'[0-9]' * 6}")
    return max(names, default=None)


def refuse_gap(path: str) -> None:
    """A restore that was killed midway left no database, and a new one would pass for it."""
    own = Path(path).resolve()
    left = put_aside(own) or (part if (part := part_of(own)).exists() else None)
    if left is not None and not own.exists():
        raise ConfigError(
            "database.url",
            f"{own.name} is missing and {left.name} is there, so a restore was cut off; run "
            f"`herald restore` again, or move {left.name} away to begin with an empty database",
        )


async def check_log(path: str, told: Told) -> None:
    """Refuse a log (`-wal`) that a killed process left and that no longer fits its file.

    SQLite would mix the two and destroy a backup put in the file's place. Nothing is written; a
    file that was closed in order has no log and costs nothing, nor one that nobody touched since
    it was noted. Any other is read to its end, before anything else is done with it: what is
    written to two files that do not fit together makes it worse.
    """
    own = _suspect(path)
    if own is None:
        return
    size = own.stat().st_size
    _log.info("database.checked_whole", file=own.name, bytes=size)
    told(f"reading {own.name} whole ({size / 1e6:,.0f} MB), as the last process was killed")
    found = await _quick_check(own)
    if found != "ok":
        raise ConfigError(
            "database.url",
            f"{own.name} and {own.name}-wal do not fit together ({found}); if you put a backup in "
            f"place, remove {own.name}-wal and {own.name}-shm, which belong to the file before it",
        )


def _suspect(path: str) -> Path | None:
    """The file, where it has a log and is not as it was noted."""
    own = Path(path).resolve()
    log = own.with_name(f"{own.name}-wal")
    is_left = log.exists() and log.stat().st_size
    return own if is_left and _noted(own) != _mark(own) else None


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


async def _quick_check(own: Path) -> str:
    """SQLite's word on the file, "ok" for a whole one; cancelled, it reads no further."""
    address = f"file:{quote(str(own))}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, check_same_thread=False)) as connection:
        checking = asyncio.ensure_future(asyncio.to_thread(_checked, connection))
        try:
            return await asyncio.shield(checking)
        finally:
            while not checking.done():  # nor may it have begun, and a word too early is not heard
                connection.interrupt()
                await asyncio.wait((checking,), timeout=AGAIN)


def _checked(connection: sqlite3.Connection) -> str:
    try:
        return " ".join(str(connection.execute("PRAGMA quick_check(1)").fetchone()[0]).split())
    except sqlite3.OperationalError:
        return "ok"  # it cannot even be read; opening it says why
    except sqlite3.DatabaseError as error:
        return str(error)
