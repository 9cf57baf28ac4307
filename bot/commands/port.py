"""`herald port`: an instance moves to another database, from SQLite to PostgreSQL or back."""

import asyncio
import os
from contextlib import AsyncExitStack
from functools import partial
from importlib import import_module
from pathlib import Path

from sqlalchemy.engine import make_url

from bot import logs
from bot.commands.event_loop import Stop, in_loop, unless_stopped
from bot.commands.port_progress import noted, showing
from bot.config import Config, DatabaseConfig, load
from bot.errors import ConfigError, HeraldError
from bot.storage import engine as engines
from bot.storage.commits import times_of
from bot.storage.database import Database
from bot.storage.port import port as move
from bot.storage.port_ends import about_the_new


def port(config_file: Path | None, to: str) -> str:
    """Move everything from the configured database to that one; what to do next, in words."""
    import_module("bot.wiring")  # every table is declared by then
    config = load(config_file, os.environ)
    logs.configure(style="console", level="ERROR")
    origin = _origin(config.database.url)
    with about_the_new():
        new = name_of(to)
    if new == origin:
        raise HeraldError("`herald port`: --to names the database in which everything is already")
    rows = in_loop(partial(_moved, config.database, to, origin))
    if rows is None:
        raise HeraldError("`herald port` was stopped; the same command again goes on from here")
    return _next(config, to, rows)


def _origin(url: str) -> str:
    kind, found = engines.parse_url(url)
    if kind == "sqlite" and not Path(found).exists():
        raise ConfigError("database.url", f"{found} is not there, so `herald port` moves nothing")
    return name_of(url)


def name_of(url: str) -> str:
    """The database of a URL, whoever asks for it and in whichever folder."""
    kind, found = engines.parse_url(url)
    if kind == "sqlite":
        return f"sqlite:///{Path(found).resolve()}"
    address = make_url(found)
    hosts = address.query.get("host") or address.host or "localhost"
    host = hosts if isinstance(hosts, str) else ",".join(hosts)
    return f"postgresql://{host}:{address.port or 5432}/{address.database}"


async def _moved(settings: DatabaseConfig, to: str, origin: str, stop: Stop) -> int | None:
    source, target = _database(settings, settings.url), _database(settings, to)
    async with AsyncExitStack() as opened:
        opened.push_async_callback(source.close)
        await source.open(noted)
        opened.push_async_callback(target.close)
        with about_the_new():
            await target.open(noted)
        with showing() as told:
            work = move(source, target, origin=origin, told=told)
            return await unless_stopped(asyncio.create_task(work, name="port"), stop)


def _database(settings: DatabaseConfig, url: str) -> Database:
    return Database(
        url,
        synchronous=settings.synchronous,
        busy_timeout=settings.busy_timeout,
        times=times_of(settings.statement_timeout),
    )


def _next(config: Config, to: str, rows: int) -> str:
    """What to do now that it is done; no password is shown."""
    kind, _found = engines.parse_url(to)
    url = name_of(to) if kind == "sqlite" else make_url(to).render_as_string(hide_password=True)
    file = config.secrets.key_file
    key = "HERALD_SECRETS__KEY" if config.secrets.key else f"the same key ({file})"
    return (
        f"All of it is there: {rows:,} rows, every table compared.\n"
        f'Now set url = "{url}" under [database] in config.toml, or as HERALD_DATABASE__URL '
        "(with the password where *** stands), and start Herald.\n"
        f"Stored secrets are sealed as they were: {key} opens them there too.\n"
        "The old database is as it was; keep it until all is well, and start no Herald on it."
    )
