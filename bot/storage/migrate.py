"""Brings a database to the schema this code knows, and refuses one that is newer."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.errors import ConfigError
from bot.storage.database import Database
from bot.storage.engine import is_passing


def _alembic(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("migrations")))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> bool:
    config = _alembic(connection)
    script = ScriptDirectory.from_config(config)
    found = MigrationContext.configure(connection).get_current_revision()
    if found == script.get_current_head():
        return False
    known = {revision.revision for revision in script.walk_revisions()}
    if found is not None and found not in known:
        raise ConfigError(
            "database.url",
            f"this database was written by a newer Herald (schema {found}); "
            "install that version or a later one, or restore the backup made before it",
        )
    command.upgrade(config, "head")
    return True


async def migrate(database: Database) -> bool:
    """Upgrade to the newest schema; true when something was changed.

    A ConfigError says why the file or the server cannot be written.
    """
    try:
        async with database.transaction() as tx:
            return await tx.run_sync(_upgrade)
    except DBAPIError as error:
        if is_passing(error):
            raise ConfigError("database.url", database.explain(error)) from error
        raise
