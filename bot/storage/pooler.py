"""Pooler between Herald and PostgreSQL: refused where it lends a connection by transaction."""

import asyncio
from contextlib import suppress
from typing import Any
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import ConfigError
from bot.storage import engine as engines
from bot.storage.engine import lent

PATIENCE = 5.0  # seconds, for a notification that is there within one

IN_BETWEEN = (
    "a pooler stands before PostgreSQL that lends its connections by transaction or statement "
    "(PgBouncer's pool_mode), so Herald would not hear of changes, and lose what it prepared; "
    "name the server itself, or set pool_mode = session for this database"
)
_MIXED_UP = ("26000", "42P05")
"""SQLSTATEs of a prepared statement that is not there, or is there already: somebody else's."""


async def refuse_pooler(engine: AsyncEngine, *, patience: float = PATIENCE) -> None:
    """A ConfigError where one connection is not one: what it listens for never reaches it."""
    heard = asyncio.Event()
    channel = f"herald_{uuid4().hex}"

    def notified(*_: Any) -> None:
        heard.set()

    async with lent(engine) as listening, lent(engine) as telling:
        listener = await engines.driver_connection(listening)
        teller = await engines.driver_connection(telling)
        await listener.add_listener(channel, notified)
        try:
            async with asyncio.timeout(patience):
                await teller.execute(f"NOTIFY {channel}")
                await heard.wait()
        except TimeoutError:
            raise ConfigError("database.url", IN_BETWEEN) from None
        finally:
            with suppress(Exception):  # it may not even be the one that listens
                await listener.remove_listener(channel, notified)


def is_mixed_up(error: BaseException) -> bool:
    """Whether a statement that was prepared was another connection's."""
    state = getattr(error, "sqlstate", None)
    return isinstance(state, str) and state in _MIXED_UP
