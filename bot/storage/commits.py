"""Commits of PostgreSQL: where the answer is lost, the server is asked whether it came about."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.logs import get_logger
from bot.storage import engine as engines
from bot.storage.engine import is_passing
from bot.storage.retry import FIRST_PAUSE, LONGEST_PAUSE, patiently

# What tells one server from another that took its place, and may give its numbers again: the
# timeline of the log, which begins its files' names; where that may not be asked, the start.
TIMELINE = "substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"
STARTED = "pg_postmaster_start_time()::text"
_MARK = "SELECT pg_current_xact_id_if_assigned()::text, {server}, pg_backend_pid()"
_GIVEN = "SELECT pg_current_xact_id()::text, {server}, pg_backend_pid()"
_STATUS = "SELECT pg_xact_status($1::text::xid8), {server}"
# It waits for a COMMIT that never reached it, and keeps others from the rows meanwhile.
_END = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE pid = $1 AND backend_xid::text::bigint = $2::bigint & 4294967295
"""
GOING_ON, COMMITTED, ABORTED = "in progress", "committed", "aborted"
NEVER_GIVEN = "22023"
"""SQLSTATE of a number that lies ahead of the server's own."""

Fetch = Callable[[str], Awaitable[Sequence[Any]]]
"""From a statement to its one row, inside the transaction."""

_log = get_logger("herald.storage")


@dataclass(frozen=True, slots=True)
class DatabaseTimes:
    """Seconds of real time that PostgreSQL has; a line that says nothing is given up after them."""

    statement: float = 30.0
    ping: float = 5.0  # before a connection is used again
    lend: float = 45.0  # for a connection to come free, to be looked at, and to be made anew
    close: float = 5.0
    doubt: float = 300.0  # to learn whether a commit came about


def times_of(statement: float) -> DatabaseTimes:
    """The times of a server that answers a statement within so many seconds."""
    usual = DatabaseTimes()
    return DatabaseTimes(
        statement, ping=min(usual.ping, statement), close=min(usual.close, statement)
    )


@dataclass(frozen=True, slots=True)
class TransactionMark:
    """Mark by which a server knows a transaction again, where it wrote something."""

    number: str | None
    server: str
    backend: int


class Commits:
    """Commits whose outcome is known: nothing in memory is left to guess what the rows say.

    `unknown` is called where nobody can tell any more.
    """

    def __init__(self, url: str, times: DatabaseTimes, *, unknown: Callable[[], None]) -> None:
        # Not of the pool: all of its connections may be in doubt at once.
        self._asking = engines.unpooled_engine(url)
        self.times = times
        self._unknown = unknown
        self._server = TIMELINE

    async def learn(self, connection: AsyncConnection) -> None:
        """Find out what this server may be asked."""
        try:
            await connection.exec_driver_sql(f"SELECT {TIMELINE}")
        except DBAPIError as error:
            if is_passing(error):
                raise
            await connection.rollback()
            self._server = STARTED

    async def give_mark(self, fetch: Fetch) -> TransactionMark:
        """The mark of a transaction that is going to write: it needs no other at its end."""
        return TransactionMark(*await fetch(_GIVEN.format(server=self._server)))

    async def commit(
        self,
        fetch: Fetch,
        commit: Callable[[], Awaitable[None]],
        mark: TransactionMark | None = None,
    ) -> None:
        """Commit what is open; fails only where nothing of it stands, or nobody can tell."""
        if mark is None:
            async with asyncio.timeout(self.times.statement):
                mark = TransactionMark(*await fetch(_MARK.format(server=self._server)))
        try:
            async with asyncio.timeout(self.times.statement):
                await commit()
        except Exception as error:
            if mark.number is None or not is_passing(error) or not await self._came_about(mark):
                raise

    async def _came_about(self, mark: TransactionMark) -> bool:
        came: bool | None = None
        with suppress(TimeoutError):
            async with asyncio.timeout(self.times.doubt):
                came = await self._asked(mark)
        _log.warning("database.commit_in_doubt", came_about="unknown" if came is None else came)
        if came is None:
            self._unknown()
        return bool(came)

    async def _asked(self, mark: TransactionMark) -> bool | None:
        """Ask until the server is there again and it is over; None where it cannot tell."""
        pause = FIRST_PAUSE
        while True:
            status, server = await patiently(partial(self._ask, mark))
            if status == COMMITTED:  # on another server the number may be somebody else's
                return True if server == mark.server else None
            if status != GOING_ON:
                return None if status is None else False
            await asyncio.sleep(pause)  # real time: the server has its own clock
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _ask(self, mark: TransactionMark) -> tuple[str | None, str]:
        """What became of it, and who says so; the backend that still waits for it is ended."""
        async with asyncio.timeout(self.times.statement), self._asking.connect() as connection:
            driver = await engines.driver_connection(connection)
            try:
                row = await driver.fetchrow(_STATUS.format(server=self._server), mark.number)
            except Exception as error:
                if getattr(error, "sqlstate", None) != NEVER_GIVEN:
                    raise
                return ABORTED, ""  # it never came to the server that took the place
            if row[0] == GOING_ON:
                await driver.execute(_END, mark.backend, int(mark.number or 0))
            return row[0], row[1]
