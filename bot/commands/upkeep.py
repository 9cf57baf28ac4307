"""Upkeep of an instance: the commands for its schema and its key."""

import os
from pathlib import Path

from bot.commands.event_loop import Stop, in_loop
from bot.config import load
from bot.storage.database import Database
from bot.storage.migrate import migrate as upgrade


def migrate(config_file: Path | None) -> str:
    """Bring the configured database to this version's schema; what was done, in words."""
    settings = load(config_file, os.environ).database

    async def main(_stop: Stop) -> bool:
        database = Database(
            settings.url, synchronous=settings.synchronous, busy_timeout=settings.busy_timeout
        )
        await database.open()
        try:
            return await upgrade(database)
        finally:
            await database.close()

    if in_loop(main):
        return "The database now has this version's schema."
    return "The database has this version's schema already; nothing was changed."
