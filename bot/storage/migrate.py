"""Migration of a database to the schema this code knows; one that is newer is refused."""

from importlib.resources import files

from sqlalchemy import Connection, column, inspect, select, table
from sqlalchemy.exc import DBAPIError

from bot.errors import ConfigError
from bot.storage.database import Database
from bot.storage.engine import is_passing
from bot.storage.port_mark import refuse_unfinished

VERSION = "alembic_version"
_version = table(VERSION, column("version_num"))


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


def _upgrade(connection: Connection) -> bool:
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
    command.upgrade(config, "head")
    return True


async def migrate(database: Database) -> bool:
    """Upgrade to the newest schema; true when something was changed.

    Of processes that start at once one does it, and the others wait for it. A ConfigError says
    why the file or the server cannot be written.
    """
    try:
        async with database.transaction() as tx:
            await tx.alone()
            return await tx.run_sync(_upgrade)
    except DBAPIError as error:
        if is_passing(error):
            raise ConfigError("database.url", database.explain(error)) from error
        raise
