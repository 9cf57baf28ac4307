"""Database: `transaction()`, `reading()`, the one-hop `hot()`; the same on two engines."""

import sqlite3
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.errors import ConfigError
from bot.storage import checkpoints
from bot.storage import engine as engines
from bot.storage.changes import ChangeFeed
from bot.storage.checkpoints import Checkpointer, LogState
from bot.storage.commits import Commits, DatabaseTimes
from bot.storage.engine import lent
from bot.storage.files import (
    Told,
    check_log,
    keep_private,
    lock_file,
    note_file,
    refuse_gap,
    untold,
)
from bot.storage.hot import Hot, in_a_transaction, in_one_hop
from bot.storage.long_readings import LongReadings
from bot.storage.outages import READ_ONLY, state_of
from bot.storage.pooler import IN_BETWEEN, is_mixed_up, refuse_pooler
from bot.storage.servers import ReadOnlyServer
from bot.storage.shield import to_its_end
from bot.storage.signals import Signals
from bot.storage.sqlite_thread import one_hop
from bot.storage.standstill import refuse_moving
from bot.storage.territory import Territory
from bot.storage.transaction import OpenTransactions, Reading, Transaction, finished
from bot.storage.writer_lock import WriterLock

P = ParamSpec("P")
T = TypeVar("T")

__all__ = ["Database", "Hot", "Reading", "Transaction"]


class Database:
    """One SQLite file with one fair writer, or a PostgreSQL pool."""

    def __init__(
        self,
        url: str,
        *,
        synchronous: str = "NORMAL",
        busy_timeout: float = 5.0,
        times: DatabaseTimes | None = None,
    ) -> None:
        self.kind, self._target = engines.parse_url(url)
        self._open = OpenTransactions()
        self.changes = ChangeFeed(
            None if self.is_sqlite else self._target, in_transaction=self._open.is_any
        )
        self.signals = Signals(self.changes, self.transaction)
        self.territory = Territory()
        # A file has no line that could fall silent.
        self._times = None if self.is_sqlite else times or DatabaseTimes()
        self._commits = self._times and Commits(
            self._target, self._times, unknown=self.changes.reload
        )
        self._synchronous = synchronous
        self._busy_timeout = busy_timeout
        self._turn = WriterLock()
        self._long = LongReadings(engines.READERS // 2)
        self._lock: sqlite3.Connection | None = None
        self._writes: AsyncEngine | None = None
        self._reads: AsyncEngine | None = None
        self._writer: AsyncConnection | None = None
        self._checkpointer = Checkpointer(self.checkpoint, self.restart_log)

    @property
    def is_sqlite(self) -> bool:
        return self.kind == "sqlite"

    async def open(self, told: Told = untold) -> None:
        """Connect; a ConfigError says what is wrong with the file or the server.

        `told` is what it does, where that may take long.
        """
        try:
            await self._connect(told)
        except BaseException as error:
            await self.close()
            is_known = isinstance(error, (DBAPIError, sqlite3.Error, OSError))
            if is_known or is_mixed_up(error) or state_of(error) == READ_ONLY:
                raise ConfigError("database.url", self.explain(error)) from error
            raise

    async def close(self) -> None:
        """Wait for the transaction that is open, then let go of every connection and the file."""
        await self.signals.stop()
        await self.changes.stop()
        await self._checkpointer.stop()

        async def let_go() -> None:
            if self._writer is not None:
                await self._writer.close()
            for engine in (self._reads, self._writes):
                if engine is not None:
                    await engines.dispose(engine, self._times and self._times.close)
            if self._lock is not None:
                self._lock.close()
            self._writer = self._reads = self._writes = self._lock = None

        async with self._turn.alone():
            await to_its_end(let_go())  # cut off in between, it would leave some open

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Transaction]:
        """All or nothing; cancelled or failed, it is rolled back. No network inside."""
        self._open.refuse_second()
        if self.is_sqlite:
            async with self._turn.alone(), finished(_present(self._writer), None) as transaction:
                with self._open.holding(transaction):
                    yield transaction
        else:
            async with (
                self._lent(self._writes) as connection,
                finished(connection, self._commits) as transaction,
            ):
                with self._open.holding(transaction):
                    yield transaction

    @asynccontextmanager
    async def reading(self, *, long_for: int | None = None) -> AsyncGenerator[Reading]:
        """A snapshot of one moment that waits for no writer; in a transaction, that itself.

        A task that held one connection and waited for another would wait for tasks that do the
        same, and none would ever go on.

        `long_for` is the guild that asks a question which may take seconds: it has one at a time,
        and whoever asks little finds a reader that is free.
        """
        own = self._open.current()
        if own is not None:
            yield own
            return
        async with AsyncExitStack() as held:
            if long_for is not None:
                await held.enter_async_context(self._long.turn(long_for))
            connection = await held.enter_async_context(self._lent(self._reads))
            yield Reading(connection, patience=self._times and self._times.statement)

    async def hot(self, operation: Hot[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """A whole transaction around one hand-written operation: on SQLite a single thread hop."""
        if not self.is_sqlite:
            async with self._lent(self._writes) as connection:
                commits = _present(self._commits)
                return await in_a_transaction(connection, commits, operation, *args, **kwargs)
        async with self._turn.shared():
            driver = await engines.driver_connection(_present(self._writer))
            return await in_one_hop(driver, operation, *args, **kwargs)

    async def start(self) -> None:
        """From now on keep the write-ahead log short, on PostgreSQL listen to other processes."""
        self.changes.start()
        if self.is_sqlite:
            self._checkpointer.start()
        else:
            self.signals.start()

    async def checkpoint(self) -> LogState:
        """Move the write-ahead log into the file, off the writer's thread."""
        async with lent(_present(self._reads)) as connection:
            driver = await engines.driver_connection(connection)
            return await one_hop(driver, _noting(self._target, checkpoints.move))

    def log_size(self) -> int:
        """Bytes of SQLite's log; 0 on PostgreSQL."""
        log = Path(f"{self._target}-wal")
        return log.stat().st_size if self.is_sqlite and log.exists() else 0

    async def restart_log(self, wait: float) -> bool:
        """Begin the log anew unless a reader is in the way for `wait` seconds."""
        async with self._turn.alone():
            driver = await engines.driver_connection(_present(self._writer))
            restart = _noting(self._target, checkpoints.restart)
            return await to_its_end(one_hop(driver, restart, wait))

    @asynccontextmanager
    async def _lent(self, engine: AsyncEngine | None) -> AsyncGenerator[AsyncConnection]:
        within, close = (self._times.lend, self._times.close) if self._times else (None, None)
        async with lent(_present(engine), within=within, close=close) as connection:
            yield connection

    async def _connect(self, told: Told) -> None:
        if self._commits is not None:
            times = self._commits.times
            self._writes = engines.postgres_engine(self._target, ping=times.ping)
            self._reads = engines.snapshots_of(self._writes)
            async with self._lent(self._writes) as connection:
                await self._commits.learn(connection)
            await refuse_pooler(self._writes)
            await refuse_moving(self._writes)
            return
        Path(self._target).parent.mkdir(parents=True, exist_ok=True)
        self._lock = lock_file(self._target)
        refuse_gap(self._target)
        keep_private(self._target)
        await check_log(self._target, told)
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
        if is_mixed_up(cause):
            return IN_BETWEEN
        if (
            state_of(cause) == READ_ONLY
        ):  # before PostgreSQL 14 it says so only when it is written to
            return str(ReadOnlyServer())
        if isinstance(cause, ReadOnlyServer):
            return text
        if not self.is_sqlite:
            return (
                f"cannot reach PostgreSQL ({type(cause).__name__}: {text}); check the address in it"
            )
        name = Path(self._target).name
        if "not a database" in text:
            return f"{name} is not a SQLite database; name another file or move this one away"
        return f"cannot write to {name} ({text}); check that its folder exists and is writable"


def _present(value: T | None) -> T:
    if value is None:
        raise RuntimeError("the database is not open")
    return value


def _noting(
    path: str, checkpoint: Callable[Concatenate[sqlite3.Connection, P], T]
) -> Callable[Concatenate[sqlite3.Connection, P], T]:
    """A checkpoint that notes how the file is after it: nothing else writes to the file itself."""

    def noted(raw: sqlite3.Connection, *args: P.args, **kwargs: P.kwargs) -> T:
        done = checkpoint(raw, *args, **kwargs)
        note_file(path)
        return done

    return noted
