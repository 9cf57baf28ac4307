"""Database: `transaction()`, `reading()`, the one-hop `hot()`; the same on two engines."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Connection, CursorResult, Executable, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncTransaction

from bot.errors import ConfigError
from bot.logs import get_logger
from bot.storage import engine as engines
from bot.storage.background import BackgroundTask
from bot.storage.changes import ChangeFeed
from bot.storage.files import check_log, keep_private, lock_file
from bot.storage.hot import Hot, in_a_transaction, in_one_hop
from bot.storage.shield import to_its_end
from bot.storage.sqlite_thread import one_hop
from bot.storage.writer_lock import WriterLock

P = ParamSpec("P")
T = TypeVar("T")

CHECKPOINT_EVERY = 2.0  # seconds
LONGEST_LOG = 16_384  # pages of 4 KiB

_ALONE = select(func.pg_advisory_xact_lock(int.from_bytes(b"herald")))
_log = get_logger("herald.storage")

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]


class Reading:
    """An open snapshot: statements of SQLAlchemy Core, no change."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def execute(
        self, statement: Executable, parameters: Parameters | None = None
    ) -> CursorResult[Any]:
        return await self._connection.execute(statement, parameters)


class Transaction(Reading):
    """An open transaction; what is registered with `on_commit` runs once it is durable."""

    def __init__(self, connection: AsyncConnection, *, is_sqlite: bool) -> None:
        super().__init__(connection)
        self._is_sqlite = is_sqlite
        self._callbacks: list[Callable[[], None]] = []

    async def execute(
        self, statement: Executable, parameters: Parameters | None = None
    ) -> CursorResult[Any]:
        if not self._is_sqlite:
            return await super().execute(statement, parameters)
        # Cut while it fetches, SQLAlchemy would give up the one writing connection as it is: inside
        # a transaction, with the lock on the file.
        return await to_its_end(super().execute(statement, parameters))

    async def hot(self, operation: Hot[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a hand-written operation inside this transaction: one hop, or one round trip."""
        if not self._is_sqlite:
            # SQLAlchemy says BEGIN with its first statement, which may not have come yet.
            await self._connection.exec_driver_sql("SELECT 1")
        driver = await engines.driver_connection(self._connection)
        if self._is_sqlite:
            return await one_hop(driver, operation.sqlite, *args, **kwargs)
        return await operation.postgresql(driver, *args, **kwargs)

    async def alone(self) -> None:
        """Wait until no other process is in a transaction that asked for this, and keep them out.

        A SQLite file has one process.
        """
        if not self._is_sqlite:
            await self.execute(_ALONE)

    async def run_sync(self, function: Callable[[Connection], T]) -> T:
        """Run code that is written for a blocking connection: migrations."""
        return await self._connection.run_sync(function)

    def on_commit(self, callback: Callable[[], None]) -> None:
        """Call back after the commit, before the next transaction; never after a rollback."""
        self._callbacks.append(callback)

    def committed(self) -> None:
        """Run what waited for the commit; called by the database alone."""
        for callback in self._callbacks:
            try:
                callback()
            except Exception:  # noqa: BLE001  the commit stands, and the others must hear of it
                _log.exception("database.after_commit_failed")


class Database:
    """One SQLite file with one fair writer, or a PostgreSQL pool."""

    def __init__(self, url: str, *, synchronous: str = "NORMAL", busy_timeout: float = 5.0) -> None:
        self.kind, self._target = engines.parse_url(url)
        self.changes = ChangeFeed(None if self.is_sqlite else self._target)
        self._synchronous = synchronous
        self._busy_timeout = busy_timeout
        self._turn = WriterLock()
        self._lock: sqlite3.Connection | None = None
        self._writes: AsyncEngine | None = None
        self._reads: AsyncEngine | None = None
        self._writer: AsyncConnection | None = None
        self._checkpointer = BackgroundTask("checkpoints", self._keep_short)

    @property
    def is_sqlite(self) -> bool:
        return self.kind == "sqlite"

    async def open(self) -> None:
        """Connect; a ConfigError says what is wrong with the file or the server."""
        try:
            await self._connect()
        except (DBAPIError, sqlite3.Error, OSError, ConfigError) as error:
            await self.close()
            if isinstance(error, ConfigError):
                raise
            raise ConfigError("database.url", self.explain(error)) from error

    async def close(self) -> None:
        """Wait for the transaction that is open, then let go of every connection and the file."""
        await self.changes.stop()
        await self._checkpointer.stop()
        async with self._turn.alone():
            if self._writer is not None:
                await self._writer.close()
            for engine in (self._reads, self._writes):
                if engine is not None:
                    await engine.dispose()
            if self._lock is not None:
                self._lock.close()
            self._writer = self._reads = self._writes = self._lock = None

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Transaction]:
        """All or nothing; cancelled or failed, it is rolled back. No network inside."""
        if self.is_sqlite:
            async with self._turn.alone(), self._finished(_present(self._writer)) as transaction:
                yield transaction
        else:
            async with (
                _present(self._writes).connect() as connection,
                self._finished(connection) as transaction,
            ):
                yield transaction

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[Reading]:
        """A snapshot of one moment that waits for no writer."""
        async with _present(self._reads).connect() as connection:
            yield Reading(connection)

    async def hot(self, operation: Hot[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """A whole transaction around one hand-written operation: on SQLite a single thread hop."""
        if not self.is_sqlite:
            async with _present(self._writes).connect() as connection:
                return await in_a_transaction(connection, operation, *args, **kwargs)
        async with self._turn.shared():
            driver = await engines.driver_connection(_present(self._writer))
            return await in_one_hop(driver, operation, *args, **kwargs)

    async def start(self) -> None:
        """From now on keep the write-ahead log short, on PostgreSQL listen to other processes."""
        self.changes.start()
        if self.is_sqlite:
            self._checkpointer.start()

    async def _keep_short(self) -> None:
        while True:
            await asyncio.sleep(CHECKPOINT_EVERY)  # real time: this is about the size of a file
            try:
                if await self.checkpoint() > LONGEST_LOG:
                    async with self._turn.alone():
                        driver = await engines.driver_connection(_present(self._writer))
                        await to_its_end(one_hop(driver, _restart_log))
            except Exception as error:  # noqa: BLE001  without it the log grows for ever
                _log.warning("database.checkpoint_failed", error=str(error))

    async def checkpoint(self) -> int:
        """Move the write-ahead log into the file, off the writer's thread; the log's pages."""
        async with _present(self._reads).connect() as connection:
            driver = await engines.driver_connection(connection)
            return await one_hop(driver, _checkpoint)

    @asynccontextmanager
    async def _finished(self, connection: AsyncConnection) -> AsyncGenerator[Transaction]:
        begun = await connection.begin()
        transaction = Transaction(connection, is_sqlite=self.is_sqlite)
        try:
            yield transaction
        except BaseException:
            await to_its_end(begun.rollback())
            raise
        await to_its_end(self._commit(connection, begun), then=transaction.committed)

    async def _commit(self, connection: AsyncConnection, begun: AsyncTransaction) -> None:
        try:
            await begun.commit()
        except BaseException:
            if not self.is_sqlite:
                self.changes.reload()  # perhaps it was done, and only the answer was lost
            await begun.rollback()
            if self.is_sqlite:
                # The disk is full, a deferred constraint is broken: SQLite is still inside.
                await (await engines.driver_connection(connection)).rollback()
            raise

    async def _connect(self) -> None:
        if not self.is_sqlite:
            self._writes = engines.postgres_engine(self._target)
            self._reads = engines.snapshots_of(self._writes)
            async with self._writes.connect():
                return
        Path(self._target).parent.mkdir(parents=True, exist_ok=True)
        self._lock = lock_file(self._target)
        keep_private(self._target)
        await asyncio.to_thread(check_log, self._target)
        self._writes, self._reads = (
            engines.sqlite_engine(
                self._target,
                writes=writes,
                synchronous=self._synchronous,
                busy_timeout=self._busy_timeout,
            )
            for writes in (True, False)
        )
        self._writer = await self._writes.connect()
        async with self.transaction():
            pass  # proves that the file is a database and can be written

    def explain(self, error: BaseException) -> str:
        """What is wrong with the file or the server, in words for whoever set it up."""
        cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
        text = " ".join(str(cause).split())
        if not self.is_sqlite:
            return (
                f"cannot reach PostgreSQL ({type(cause).__name__}: {text}); check the address in it"
            )
        name = Path(self._target).name
        if "not a database" in text:
            return f"{name} is not a SQLite database; name another file or move this one away"
        return f"cannot write to {name} ({text}); check that its folder exists and is writable"


def _checkpoint(raw: sqlite3.Connection) -> int:
    return int(raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[1])


def _restart_log(raw: sqlite3.Connection) -> None:
    """A log that never rests never starts over by itself; make the writer wait for it once."""
    raw.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()


def _present(value: T | None) -> T:
    if value is None:
        raise RuntimeError("the database is not open")
    return value
