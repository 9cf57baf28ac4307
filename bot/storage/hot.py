"""Hot operations: hand-written SQL for each engine, each run as one whole transaction."""

import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import aiosqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import engine as engines
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
    connection: AsyncConnection, operation: Hot[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """On PostgreSQL: the driver's own transaction, on a connection that holds no other."""
    driver = await engines.driver_connection(connection)
    try:
        async with driver.transaction():
            return await operation.postgresql(driver, *args, **kwargs)
    except Exception:
        raise  # rolled back, or the connection is gone and will not be lent again
    except BaseException:
        # Cancelled in the middle of BEGIN or COMMIT, the driver may believe that it is still
        # inside; whoever was lent it next would commit nothing but a savepoint.
        await to_its_end(connection.invalidate())
        raise
