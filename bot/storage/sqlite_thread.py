"""SQLite's thread in aiosqlite, visited once for a whole function or a whole statement."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Concatenate, ParamSpec, Self, TypeVar, cast

import aiosqlite

from bot.storage.shield import to_its_end

P = ParamSpec("P")
T = TypeVar("T")

RawParameters = Sequence[Any]


async def one_hop(
    connection: aiosqlite.Connection,
    function: Callable[Concatenate[sqlite3.Connection, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Run one function on aiosqlite's own thread; the only place that knows its private names."""
    private = cast("Any", connection)  # _conn and _execute: a hop a function, not a statement
    run, raw = private._execute, private._conn  # noqa: SLF001  there is no public way
    return await run(function, raw, *args, **kwargs)


async def whole_hop(
    connection: aiosqlite.Connection,
    function: Callable[Concatenate[sqlite3.Connection, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """The same for what must not be left behind under way: a cancellation waits for its end."""
    try:
        return await one_hop(connection, function, *args, **kwargs)
    except asyncio.CancelledError:
        await _caught_up(connection)
        raise


async def _caught_up(connection: aiosqlite.Connection) -> None:
    """Return when the thread has done everything it was given so far."""
    while True:
        try:
            return await one_hop(connection, lambda _: None)
        except asyncio.CancelledError:
            continue  # asked again, and still it must not be left behind


class Statement:
    """A cursor for SQLAlchemy that runs its statement and reads every row in one visit.

    aiosqlite's own takes four: to open, to run, to read, to close.
    """

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, operation: str, parameters: RawParameters = ()) -> Self:
        """Run it; the rows are here afterwards."""
        await one_hop(self._connection, self._run, operation, parameters)
        return self

    async def executemany(self, operation: str, parameters: Iterable[RawParameters]) -> Self:
        """Run it once for each of the parameters; it returns no rows."""
        await one_hop(self._connection, self._run_many, operation, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        """Nothing is open: the rows were read to the end."""

    def _run(self, raw: sqlite3.Connection, operation: str, parameters: RawParameters) -> None:
        cursor = raw.execute(operation, parameters)
        self._rows = cursor.fetchall()
        self._keep(cursor)

    def _run_many(
        self, raw: sqlite3.Connection, operation: str, parameters: Iterable[RawParameters]
    ) -> None:
        self._keep(raw.executemany(operation, parameters))

    def _keep(self, cursor: sqlite3.Cursor) -> None:
        self.description, self.rowcount = cursor.description, cursor.rowcount
        self.lastrowid = cursor.lastrowid
        cursor.close()


class Connection(aiosqlite.Connection):
    """aiosqlite's connection with cursors that cost one visit to its thread."""

    def __init__(self, path: str, **options: Any) -> None:
        super().__init__(lambda: sqlite3.connect(path, **options), iter_chunk_size=64)
        self._thread.daemon = True  # as SQLAlchemy does: no program waits for it at its end

    def cursor(self) -> Any:
        return Statement(self)


async def connect(path: str, **options: Any) -> Connection:
    """Open one; the options are those of `sqlite3.connect`.

    Cut off, it waits until the file is open, and closes it: nobody else could.
    """
    connection = Connection(path, **options)
    opening = asyncio.ensure_future(_opened(connection))
    try:
        await to_its_end(opening)
    except BaseException:
        await asyncio.wait((opening,))
        await to_its_end(connection.close())
        raise
    return connection


async def _opened(connection: Connection) -> None:
    await connection
