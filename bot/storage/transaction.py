"""Transaction, and reading: what a caller of the database is lent, on either engine."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Connection, CursorResult, Executable, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncTransaction

from bot.logs import get_logger
from bot.storage import engine as engines
from bot.storage.commits import Commits, TransactionMark
from bot.storage.hot import Hot
from bot.storage.shield import to_its_end
from bot.storage.sqlite_thread import one_hop

P = ParamSpec("P")
T = TypeVar("T")

_ALONE = select(func.pg_advisory_xact_lock(int.from_bytes(b"herald")))
_log = get_logger("herald.storage")

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]


class Reading:
    """An open snapshot: statements of SQLAlchemy Core, no change.

    `patience` is how many seconds a statement has; a file's thread cannot be cut off.
    """

    def __init__(self, connection: AsyncConnection, *, patience: float | None = None) -> None:
        self._connection = connection
        self._patience = patience

    async def execute(
        self, statement: Executable, parameters: Parameters | None = None
    ) -> CursorResult[Any]:
        async with asyncio.timeout(self._patience):
            return await self._connection.execute(statement, parameters)


class Transaction(Reading):
    """An open transaction; what is registered with `on_commit` runs once it is durable.

    `commits` are PostgreSQL's.
    """

    def __init__(self, connection: AsyncConnection, commits: Commits | None) -> None:
        super().__init__(connection, patience=commits.times.statement if commits else None)
        self._commits = commits
        self.mark: TransactionMark | None = None  # where it is known before the end
        self._callbacks: list[Callable[[], None]] = []

    async def execute(
        self, statement: Executable, parameters: Parameters | None = None
    ) -> CursorResult[Any]:
        if self._commits is not None:
            return await super().execute(statement, parameters)
        # Cut while it fetches, SQLAlchemy would give up the one writing connection as it is: inside
        # a transaction, with the lock on the file.
        return await to_its_end(super().execute(statement, parameters))

    async def hot(self, operation: Hot[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a hand-written operation inside this transaction: one hop, or one round trip."""
        if self._commits is None:
            driver = await engines.driver_connection(self._connection)
            return await one_hop(driver, operation.sqlite, *args, **kwargs)
        async with asyncio.timeout(self._patience):
            # SQLAlchemy says BEGIN with its first statement, which may not have come yet. So that
            # this one costs nothing it brings what the commit would ask for.
            if self.mark is None:
                self.mark = await self._commits.give_mark(partial(_fetch, self._connection))
            driver = await engines.driver_connection(self._connection)
            return await operation.postgresql(driver, *args, **kwargs)

    async def alone(self) -> None:
        """Wait until no other process is in a transaction that asked for this, and keep them out.

        A SQLite file has one process. The other may migrate, for as long as that takes.
        """
        if self._commits is not None:
            await self._connection.execute(_ALONE)

    async def run_sync(self, function: Callable[[Connection], T]) -> T:
        """Run code that is written for a blocking connection: migrations, however long."""
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


class OpenTransactions:
    """Transactions by the task that is in each: what that reads meanwhile it reads in its own."""

    def __init__(self) -> None:
        self._open = dict[asyncio.Task[Any] | None, Transaction]()

    def current(self) -> Transaction | None:
        """That of the running task, if it is in one."""
        return self._open.get(asyncio.current_task()) if self._open else None

    def is_any(self) -> bool:
        """Whether the running task is in one."""
        return self.current() is not None

    def refuse_second(self) -> None:
        """A RuntimeError where the running task is in one: it would wait for itself."""
        if self.is_any():
            raise RuntimeError("this task is in a transaction already: hand that one on")

    @contextmanager
    def holding(self, transaction: Transaction) -> Generator[None]:
        """The running task is in this one for as long."""
        task = asyncio.current_task()
        self._open[task] = transaction
        try:
            yield
        finally:
            del self._open[task]


@asynccontextmanager
async def finished(
    connection: AsyncConnection, commits: Commits | None
) -> AsyncGenerator[Transaction]:
    """A transaction that is committed at the end of the block, or rolled back; never left open."""
    begun = await connection.begin()
    transaction = Transaction(connection, commits)
    try:
        yield transaction
    except BaseException:
        await to_its_end(_roll_back(begun, commits))
        raise
    committing = _commit(connection, begun, commits, transaction.mark)
    await to_its_end(committing, then=transaction.committed)


async def _commit(
    connection: AsyncConnection,
    begun: AsyncTransaction,
    commits: Commits | None,
    mark: TransactionMark | None,
) -> None:
    try:
        if commits is None:
            await begun.commit()
        else:
            await commits.commit(partial(_fetch, connection), begun.commit, mark)
    except BaseException:
        await _roll_back(begun, commits)
        if commits is None:
            # The disk is full, a deferred constraint is broken: SQLite is still inside.
            await (await engines.driver_connection(connection)).rollback()
        raise


async def _fetch(connection: AsyncConnection, statement: str) -> Sequence[Any]:
    return (await connection.exec_driver_sql(statement)).one()


async def _roll_back(begun: AsyncTransaction, commits: Commits | None) -> None:
    """On a line that is silent the connection is given up, and its server rolls back."""
    with suppress(TimeoutError):
        async with asyncio.timeout(commits.times.close if commits else None):
            await begun.rollback()
