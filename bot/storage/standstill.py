"""Standstill of a PostgreSQL database while it is moved: no Herald runs on it, and none starts.

A SQLite file has its lock for that (files.py).
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from sqlalchemy import Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.errors import ConfigError, HeraldError
from bot.storage.engine import lent
from bot.storage.transaction import Reading

if TYPE_CHECKING:
    from bot.storage.database import Database

TRIES, AGAIN = 5, 0.1  # times, and seconds between two of them
_KEY = int.from_bytes(b"running")
RUNS = f"SELECT pg_try_advisory_lock_shared({_KEY})"
"""Held by the connection on which a Herald listens; false while it is to stand still."""
_MAY_RUN = select(func.pg_try_advisory_xact_lock_shared(_KEY))
_STANDS_STILL = select(func.pg_try_advisory_xact_lock(_KEY))
_FOR_LONG = text("SET LOCAL idle_in_transaction_session_timeout = 0")

MOVING = "`herald port` copies this database at this moment; wait for its end"


async def refuse_moving(engine: AsyncEngine) -> None:
    """A ConfigError while `herald port` copies it: what was written now would be left behind."""
    async with lent(engine) as connection:
        if not await _had(connection, _MAY_RUN):
            raise ConfigError("database.url", MOVING)


@asynccontextmanager
async def standstill(database: "Database") -> AsyncGenerator[None]:
    """Keep every Herald away for as long; a HeraldError where one runs."""
    if database.is_sqlite:
        yield
        return
    async with database.reading() as held:  # the lock ends with its transaction
        if not await _had(held, _STANDS_STILL):
            raise HeraldError(
                "`herald port` needs both databases to stand still, and a Herald runs on this "
                "PostgreSQL; stop it, then give the same command again"
            )
        await held.execute(_FOR_LONG)
        yield


async def _had(connection: AsyncConnection | Reading, lock: Select[tuple[bool]]) -> bool:
    """Whether it can be had: what a killed process held the server lets go of within a moment."""
    for _ in range(TRIES):
        if (await connection.execute(lock)).scalar_one():
            return True
        await asyncio.sleep(AGAIN)  # real time: the server has its own clock
    return False
