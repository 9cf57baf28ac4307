"""Migration of a database to the schema this code knows; one that is newer is refused."""

import asyncio
import random
import re
from functools import partial
from importlib.resources import files
from typing import Any

from sqlalchemy import Connection, column, event, inspect, select, table
from sqlalchemy.exc import DBAPIError

from bot.errors import ConfigError
from bot.logs import get_logger
from bot.storage.database import Database
from bot.storage.outages import NO_LOCK, is_passing, state_of
from bot.storage.port_mark import refuse_unfinished

VERSION = "alembic_version"
# Whoever needs a table that a migration waits for waits behind it. Below PostgreSQL's
# deadlock_timeout (1 s), so that of the two it is always the migration that gives way.
LOCK_PATIENCE, AGAIN = 500, 1.0  # milliseconds for one lock; seconds between two tries
TRIES = 300
HELD = (
    "another program has read a table for minutes that the migration has to change (a backup by "
    "pg_dump, a console with an open transaction); end it, then start again"
)
_NAMED = re.compile(r'\b(?:TABLE|ON|REFERENCES) "?(\w+)')
_version = table(VERSION, column("version_num"))
_log = get_logger("herald.storage")


def newest() -> str:
    """The newest revision, by its file's name: alembic would take 9 MB for that, at every start."""
    names = (path.name for path in files("migrations.versions").iterdir())
    return max(name.partition("_")[0] for name in names if name[0].isdigit())


def schema_of(connection: Connection) -> str | None:
    """The revision that it has; None where it has none."""
    if not inspect(connection).has_table(VERSION):
        return None
    return connection.execute(select(_version.c.version_num)).scalar()


def newer(found: str) -> str:
    """What to do about a schema that this code does not know."""
    return (
        f"this database was written by a newer Herald (schema {found}); "
        "install that version or a later one, or restore the backup made before it"
    )


class _Locks:
    """Tables that a migration changes, on PostgreSQL: what a try asked for the next takes at once.

    Taken one by one, as it comes to them, others would always be between two of them and wait for
    the first while it waits for the second. In any order, as theirs may be the other way round.
    """

    def __init__(self) -> None:
        self._wanted: dict[str, None] = {}

    def take(self, connection: Connection) -> None:
        """All that is known, in the transaction of a new try; what more it asks for is noted."""
        if connection.dialect.name != "postgresql":
            return
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_PATIENCE}")
        tables = set(inspect(connection).get_table_names())
        if known := [f'"{name}"' for name in self._wanted]:
            random.shuffle(known)
            connection.exec_driver_sql(f"LOCK TABLE {', '.join(known)}")

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            found = (name for name in _NAMED.findall(statement) if name in tables)
            self._wanted |= dict.fromkeys(found)

        event.listen(connection, "before_cursor_execute", note)


def _upgrade(connection: Connection, locks: _Locks) -> bool:
    refuse_unfinished(connection)
    found = schema_of(connection)
    if found == newest():
        return False
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(files("migrations")))
    config.attributes["connection"] = connection
    revisions = ScriptDirectory.from_config(config).walk_revisions()
    if found is not None and found not in {one.revision for one in revisions}:
        raise ConfigError("database.url", newer(found))
    locks.take(connection)
    command.upgrade(config, "head")
    return True


async def migrate(database: Database, *, tries: int = TRIES, again: float = AGAIN) -> bool:
    """Upgrade to the newest schema; true when something was changed.

    Of processes that start at once one does it, and the others wait for it. Those that run go on:
    where a table is in use it lets go of all it has, and tries anew. A ConfigError says why the
    file or the server cannot be written.
    """
    locks = _Locks()
    for _ in range(tries):
        try:
            async with database.transaction() as tx:
                await tx.alone()
                return await tx.run_sync(partial(_upgrade, locks=locks))
        except DBAPIError as error:
            if state_of(error) != NO_LOCK:
                if is_passing(error):
                    raise ConfigError("database.url", database.explain(error)) from error
                raise
        _log.info("migration.waits", retry_in=again)
        await asyncio.sleep(again)  # real time: the server has its own clock
    raise ConfigError("database.url", HELD)
