"""Upkeep of an instance: the commands for its schema and its copies."""

import os
from pathlib import Path

from bot.clock import SystemClock
from bot.commands.console import say
from bot.commands.event_loop import Stop, in_loop
from bot.config import Config, load
from bot.errors import ConfigError
from bot.storage import backups
from bot.storage import engine as engines
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


def back_up(config_file: Path | None, copy: Path) -> str:
    """Copy the configured SQLite file, in use or not; what was done, in words."""
    config = load(config_file, os.environ)
    size = backups.back_up(_file(config, "pg_dump"), copy)
    return f"{copy} holds the database ({size:,} bytes). {_key(config)}"


def restore(config_file: Path | None, copy: Path) -> str:
    """Put a copy in the place of the configured SQLite file; what was done, in words."""
    config = load(config_file, os.environ)
    target = _file(config, "pg_restore")
    backups.restore(target, copy, SystemClock().now(), said=say)
    return f"{copy} is in place as {target}; what was sent since goes out again. {_key(config)}"


def _file(config: Config, program: str) -> str:
    kind, target = engines.parse_url(config.database.url)
    if kind != "sqlite":
        raise ConfigError("database.url", f"this is PostgreSQL; use its own {program}")
    return target


def _key(config: Config) -> str:
    """Without it a copy holds no secret that can be opened."""
    if config.secrets.key:
        return "Keep HERALD_SECRETS__KEY, which its secrets need, in another place."
    return f"Keep a copy of {config.secrets.key_file}, which its secrets need, in another place."
