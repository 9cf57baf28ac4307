"""Outages of a database: which errors pass, so that the same work may succeed later."""

import asyncio
import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree

_PASSING_SQLITE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
    }
)
READ_ONLY, NO_LOCK = "25006", "55P03"
_PASSING_POSTGRES = ("08", "53", "57", "58", "40", NO_LOCK, READ_ONLY, "25P0")
"""SQLSTATE classes: connection, resources, operator intervention, the server's disk, rolled back
for concurrency; a lock not had in time, a server that is read-only (failed over), a time limit."""
_LOST = "connection is closed"
"""How asyncpg's InterfaceError, which has no SQLSTATE, says that the server has gone."""
_GOING = "another operation (2) is in progress"
"""And its InternalClientError that the server has said so, and the line has not ended yet."""


def state_of(error: BaseException) -> str:
    """PostgreSQL's SQLSTATE; nothing where there is none."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    state: object = getattr(cause, "sqlstate", None)
    return state if isinstance(state, str) else ""


def is_passing(error: BaseException) -> bool:
    """Whether the same work may succeed later: a locked or full disk, a lost connection."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        return error.connection_invalidated or is_passing(error.orig)
    if isinstance(error, sqlite3.Error):
        code: int | None = getattr(error, "sqlite_errorcode", None)
        return code is not None and (code & 0xFF) in _PASSING_SQLITE
    if state := state_of(error):
        return state.startswith(_PASSING_POSTGRES)
    return (
        isinstance(error, (OSError, asyncio.TimeoutError, NoneFree))
        or "connection" in type(error).__name__.lower()
        or any(said in str(error) for said in (_LOST, _GOING))
    )
