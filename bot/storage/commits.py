"""Commits of PostgreSQL: where the answer is lost, the server is asked whether it came about."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.logs import get_logger
from bot.storage import engine as engines
from bot.storage.outages import is_passing
from bot.storage.retry import FIRST_PAUSE, LONGEST_PAUSE, patiently

# What tells one server from another that took its place, and may give its numbers again: the
# timeline of the log, which begins its files' names; where that may not be asked, the start.
TIMELINE = "substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"
STARTED = "pg_postmaster_start_time()::text"
# A place in the log behind the first that bears the number: a standby whose log goes that far knows
# the number, and gives it to nobody else. A number that was given early writes there for that.
WRITTEN, WRITES = "pg_current_wal_insert_lsn()", "pg_logical_emit_message(true, 'herald', '')"
_MARK = "SELECT pg_current_xact_id_if_assigned()::text, {server}, pg_backend_pid(), {place}::text"
_GIVEN = "SELECT pg_current_xact_id()::text, {server}, pg_backend_pid(), {place}::text"
# How far a standby had come when it was promoted; started since, it may say how far it came then.
_STATUS = """
SELECT pg_xact_status($1::text::xid8), {server},
    CASE WHEN clock_timestamp() - pg_postmaster_start_time() > make_interval(secs => $2)
    THEN pg_last_wal_replay_lsn() >= $3::text::pg_lsn END
"""
# It waits for a COMMIT that never reached it, and keeps others from the rows meanwhile. One that
# waits for a standby would be committed by that, and not be there after a fail-over.
_END = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE pid = $1 AND backend_xid::text::bigint = $2::bigint & 4294967295
    AND wait_event IS DISTINCT FROM 'SyncRep'
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
    place: str | None
    made_at: float = field(default_factory=monotonic)


class Commits:
    """Commits whose outcome is known: nothing in memory is left to guess what the rows say.

    `unknown` is called where nobody can tell any more.
    """

    def __init__(self, url: str, times: DatabaseTimes, *, unknown: Callable[[], None]) -> None:
        # Not of the pool: all of its connections may be in doubt at once.
        self._asking = engines.unpooled_engine(url)
        self.times = times
        self._unknown = unknown
        self._given, self._mark, self._status = _questions(is_whole=True)

    async def learn(self, connection: AsyncConnection) -> None:
        """Find out what this server may be asked."""
        try:
            await connection.exec_driver_sql(f"SELECT {TIMELINE}, {WRITTEN}, {WRITES}")
        except DBAPIError as error:
            if is_passing(error):
                raise
            await connection.rollback()
            self._given, self._mark, self._status = _questions(is_whole=False)

    async def give_mark(self, fetch: Fetch) -> TransactionMark:
        """The mark of a transaction that is going to write: it needs no other at its end."""
        return TransactionMark(*await fetch(self._given))

    async def commit(
        self,
        fetch: Fetch,
        commit: Callable[[], Coroutine[Any, Any, None]],
        mark: TransactionMark | None = None,
    ) -> None:
        """Commit what is open; fails only where nothing of it stands, or nobody can tell."""
        if mark is None:
            async with asyncio.timeout(self.times.statement):
                mark = TransactionMark(*await fetch(self._mark))
        committing = asyncio.ensure_future(commit())
        try:
            # Cut off, the driver would have the server give up waiting for a standby, and commit.
            await asyncio.wait_for(asyncio.shield(committing), self.times.statement)
        except Exception as error:
            if mark.number is None or not is_passing(error) or not await self._came_about(mark):
                raise
        finally:
            await self._let_go(committing)

    async def _let_go(self, committing: "asyncio.Future[None]") -> None:
        """Whatever became of it is known by now, or never will be."""
        if not committing.done():
            committing.cancel()
            await asyncio.wait((committing,), timeout=self.times.close)
        if committing.done() and not committing.cancelled():
            committing.exception()

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
            status, server, knows = await patiently(partial(self._ask, mark))
            if knows is not None and _follows(server, mark.server):
                return knows and status == COMMITTED
            if status == COMMITTED:  # on another server the number may be somebody else's
                return True if server == mark.server else None
            if status != GOING_ON:
                return None if status is None else False
            await asyncio.sleep(pause)  # real time: the server has its own clock
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _ask(self, mark: TransactionMark) -> tuple[str | None, str, bool | None]:
        """What became of it, who says so, and whether a standby that was promoted knew of it.

        The backend that still waits for it is ended.
        """
        async with asyncio.timeout(self.times.statement), self._asking.connect() as connection:
            driver = await engines.driver_connection(connection)
            age = monotonic() - mark.made_at
            try:
                row = await driver.fetchrow(self._status, mark.number, age, mark.place)
            except Exception as error:
                if getattr(error, "sqlstate", None) != NEVER_GIVEN:
                    raise
                return ABORTED, "", None  # it never came to the server that took the place
            if row[0] == GOING_ON:
                await driver.execute(_END, mark.backend, int(mark.number or 0))
            return row[0], row[1], row[2]


def _questions(*, is_whole: bool) -> tuple[str, str, str]:
    """What is asked for a mark given early, for one at the end, and for what became of it."""
    server = TIMELINE if is_whole else STARTED
    early, late = (WRITES, WRITTEN) if is_whole else ("NULL", "NULL")
    return (
        _GIVEN.format(server=server, place=early),
        _MARK.format(server=server, place=late),
        _STATUS.format(server=server),
    )


def _follows(timeline: str, before: str) -> bool:
    """Whether it is the timeline of a standby that took the place of that one's server."""
    return int(timeline, 16) == int(before, 16) + 1
