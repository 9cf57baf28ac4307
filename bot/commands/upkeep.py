"""Upkeep of an instance: the commands for its schema and its key."""

import os
from pathlib import Path

from bot.commands.event_loop import Stop, in_loop
from bot.config import Config, load
from bot.storage.database import Database
from bot.storage.migrate import migrate as upgrade


def migrate(config_file: Path | None) -> str:
    """Bring the configured database to this version's schema; what was done, in words."""
    config = load(config_file, os.environ)

    async def main(_stop: Stop) -> str:
        return await _migrate(config)

    return in_loop(main)


async def _migrate(config: Config) -> str:
    settings = config.database
    database = Database(
        settings.url, synchronous=settings.synchronous, busy_timeout=settings.busy_timeout
    )
    await database.open()
    try:
        changed = await upgrade(database)
    finally:
        await database.close()
    if changed:
        return "The database now has this version's schema."
    return "The database has this version's schema already; nothing was changed."
