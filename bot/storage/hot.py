"""Hot operations: hand-written SQL for each engine, each run as one whole transaction."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import aiosqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import engine as engines
from bot.storage.commits import Commits
from bot.storage.shield import to_its_end
from bot.storage.sqlite_thread import whole_hop

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hot(Generic[P, T]):
    """One hot operation, written by hand for each engine; one test suite holds both to the same."""

    sqlite: Callable[Concatenate[sqlite3.Connection, P], T]
    postgresql: Callable[Concatenate[Any, P], Awaitable[T]]


async def in_one_hop(
    driver: aiosqlite.Connection, operation: Hot[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """On SQLite: the whole transaction in one visit to the connection's thread."""

    def whole(raw: sqlite3.Connection) -> T:
        raw.execute("BEGIN IMMEDIATE")
        try:
            result = operation.sqlite(raw, *args, **kwargs)
            raw.execute("COMMIT")
        except BaseException:
            if raw.in_transaction:
                raw.execute("ROLLBACK")
            raise
        return result

    return await whole_hop(driver, whole)


async def in_a_transaction(
    connection: AsyncConnection,
    commits: Commits,
    operation: Hot[P, T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """On PostgreSQL: the driver's own transaction, on a connection that holds no other."""
    driver = await engines.driver_connection(connection)
    transaction = driver.transaction()
    try:
        async with asyncio.timeout(commits.times.statement):
            await transaction.start()
            result = await operation.postgresql(driver, *args, **kwargs)
        await commits.commit(driver.fetchrow, transaction.commit)
    except BaseException as error:
        is_whole = isinstance(error, Exception) and not isinstance(error, TimeoutError)
        await to_its_end(_undo(connection, transaction if is_whole else None, commits.times.close))
        raise
    return result


async def _undo(connection: AsyncConnection, transaction: Any, within: float) -> None:
    """Roll back, or let go of the connection.

    Cut off in the middle of BEGIN or COMMIT, the driver may believe that it is still inside;
    whoever was lent it next would commit nothing but a savepoint.
    """
    if transaction is not None:
        with suppress(Exception):
            async with asyncio.timeout(within):
                await transaction.rollback()
                return
    await connection.invalidate()
