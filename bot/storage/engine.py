"""Engine: how each of the two is opened, what its connections are told, and the one-hop call."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, NullPool

from bot.errors import ConfigError
from bot.storage.checkpoints import LONGEST_LOG
from bot.storage.servers import SEVERAL, ReadOnlyServer, Servers, why_read_only
from bot.storage.shield import to_its_end
from bot.storage.sqlite_thread import connect

READERS = 4
POSTGRES_CONNECTIONS = 12
POSTGRES_CONNECT = 10.0  # seconds, for the server to take a connection

# So that the server lets go of the rows of a client whose line fell silent; the same on our side
# keeps a connection at rest open across routers that forget those over which nothing goes.
KEEP_ALIVE = {"idle": 30, "interval": 10, "count": 3}  # seconds, seconds, probes
_KEEP_ALIVE = "; ".join(f"SET tcp_keepalives_{name} = {to}" for name, to in KEEP_ALIVE.items())
_OURS = {"idle": "TCP_KEEPIDLE", "interval": "TCP_KEEPINTVL", "count": "TCP_KEEPCNT"}


def parse_url(text: str) -> tuple[str, str]:
    """The engine's name and what it opens: a path for `sqlite`, a full URL for `postgresql`."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # ports of several servers, as libpq writes them
        raise ConfigError("database.url", _WANTED) from None
    backend = url.get_backend_name()
    if backend == "sqlite":
        if not url.database or url.database == ":memory:":
            raise ConfigError("database.url", "name a file, as in sqlite:///herald.db")
        return backend, url.database
    if backend == "postgresql":
        return backend, url.set(drivername="postgresql+asyncpg").render_as_string(False)
    raise ConfigError("database.url", _WANTED)


_WANTED = (
    "write sqlite:///herald.db or postgresql://user:password@host/database, "
    f"or for several servers {SEVERAL}"
)


def sqlite_engine(path: str, *, writes: bool, synchronous: str, busy_timeout: float) -> AsyncEngine:
    """SQLite in WAL mode; `BEGIN IMMEDIATE` where it writes, a plain `BEGIN` where it reads."""

    engine = create_async_engine(
        f"sqlite+aiosqlite:///{path}",
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1 if writes else READERS,
        max_overflow=0,
        connect_args={"timeout": busy_timeout, "async_creator_fn": connect},
        hide_parameters=True,  # an error's text goes to the log: no address with its token there
    )
    pragmas = (
        f"PRAGMA busy_timeout = {int(busy_timeout * 1000)}",
        "PRAGMA journal_mode = WAL",
        f"PRAGMA synchronous = {synchronous}",
        "PRAGMA foreign_keys = ON",
        "PRAGMA temp_store = MEMORY",
        "PRAGMA wal_autocheckpoint = 0",  # the database's own checkpointer does it off the writer
        f"PRAGMA journal_size_limit = {LONGEST_LOG}",  # what it was longer than this, it gives back
    )

    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # this program says BEGIN, not the driver
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    def on_begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine.sync_engine, "connect", on_connect)
    event.listen(engine.sync_engine, "begin", on_begin)
    return engine


def postgres_engine(url: str, *, ping: float = 5.0) -> AsyncEngine:
    """PostgreSQL through asyncpg; before it lends a connection that has `ping` seconds to answer.

    One that does not, or whose server takes no writes any more, is closed with all that are as old,
    and a new one is lent.
    """
    engine = create_async_engine(
        url,
        pool_size=POSTGRES_CONNECTIONS,
        max_overflow=0,
        pool_use_lifo=True,  # a connection that was used has its statements prepared
        hide_parameters=True,
        connect_args={"timeout": POSTGRES_CONNECT, "async_creator_fn": Servers().connect},
    )

    def on_checkout(connection: Any, _record: Any, _proxy: Any) -> None:
        try:
            connection.run_async(partial(_answers, seconds=ping))
        except Exception as error:
            raise InvalidatePoolError from error

    event.listen(engine.sync_engine, "connect", _on_connect)
    event.listen(engine.sync_engine, "checkout", on_checkout)
    return engine


def _on_connect(connection: Any, _record: Any) -> None:
    connection.run_async(_kept_alive)


async def _kept_alive(driver: Any) -> None:
    """Both ends ask a silent other one whether it is there."""
    # Private: asyncpg has no setting for this, and shows its socket nowhere else.
    line = driver._transport.get_extra_info("socket")  # noqa: SLF001  see above
    if line.family != socket.AF_UNIX:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in KEEP_ALIVE.items():
            if (option := getattr(socket, _OURS[name], None)) is not None:  # not on every system
                line.setsockopt(socket.IPPROTO_TCP, option, value)
    await driver.execute(_KEEP_ALIVE)


async def _answers(driver: Any, *, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        await driver.execute("SELECT 1")
    if why_read_only(driver):
        raise ReadOnlyServer


def unpooled_engine(url: str) -> AsyncEngine:
    """PostgreSQL for a connection that is held for ever, and takes no place of others."""
    engine = create_async_engine(
        url,
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"timeout": POSTGRES_CONNECT, "async_creator_fn": Servers().connect},
    )
    event.listen(engine.sync_engine, "connect", _on_connect)
    return engine


@asynccontextmanager
async def lent(
    engine: AsyncEngine, *, within: float | None = None, close: float | None = None
) -> AsyncGenerator[AsyncConnection]:
    """A connection of the pool, had `within` so many seconds and given back after `close` at most.

    What a peer does not answer is cut off then, and lent to nobody any more.
    """
    async with asyncio.timeout(within):
        connection = await engine.connect()
    try:
        yield connection
    finally:
        await to_its_end(_give_back(connection, close))


async def _give_back(connection: AsyncConnection, within: float | None) -> None:
    with suppress(TimeoutError):  # cancelled while it rolls back, the pool drops it
        async with asyncio.timeout(within):
            await connection.close()


def snapshots_of(engine: AsyncEngine) -> AsyncEngine:
    """The same pool, whose transactions see one moment of PostgreSQL and change nothing."""
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


async def dispose(engine: AsyncEngine, within: float | None) -> None:
    """Close what is in the pool; of what a silent line keeps open after that, let go."""
    try:
        async with asyncio.timeout(within):
            await engine.dispose()
    except TimeoutError:
        await engine.dispose(close=False)


async def driver_connection(connection: AsyncConnection) -> Any:
    """The driver's own connection under a SQLAlchemy one."""
    return (await connection.get_raw_connection()).driver_connection
