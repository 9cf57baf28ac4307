"""`herald run`: the real bot, from its settings to a clean stop."""

import asyncio
import os
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot import __version__, logs
from bot.clock import SystemClock
from bot.commands import discord_errors
from bot.commands.discord_session import stay_connected
from bot.commands.event_loop import Stop, calm_collector, in_loop, unless_stopped
from bot.config import Config, load
from bot.delivery.descriptors import raise_limit
from bot.errors import HeraldError
from bot.fleet.assignment import WHOLE, Assignment, assignment_of

if TYPE_CHECKING:
    from bot.app import App

LOST = (
    "this process was away from the database for so long that another has its shards now; it "
    "ends, and may be started again"
)

_log = logs.get_logger("herald.start")


def run(config_file: Path | None, roles: str | None = None, shards: str | None = None) -> int:
    """Run until a signal asks to stop; a HeraldError says what keeps the bot from starting."""
    config = load(config_file, os.environ)
    assignment = assignment_of(roles, shards, config)
    token = config.discord.token.get_secret_value().strip() if config.discord.token else ""
    if not token and assignment.acts:
        raise HeraldError(discord_errors.NO_TOKEN)
    logs.configure(
        style=config.logging.format, level=config.logging.level, secrets=_secrets(config, token)
    )
    return in_loop(partial(serve, config, token, assignment=assignment))


async def serve(config: Config, token: str, stop: Stop, assignment: Assignment = WHOLE) -> int:
    """Open, start, connect; then close the gateway first, and the rest in the order of facts."""
    from bot.app import App

    raise_limit()
    opened = App.open(config, SystemClock(), assignment=assignment)
    opening = asyncio.create_task(opened, name="open")
    app = await unless_stopped(opening, stop)
    if app is None:
        return 0
    try:
        with _in_words(config):
            await app.start()
        calm_collector()
        _log.info(
            "herald.started",
            version=__version__,
            database=app.emitter.database.kind,
            roles=sorted(assignment.roles),
            shards=str(assignment.shards or "all"),
        )
        _tell_exceptions(config)
        await _until_the_end(app, config, token, stop)
    finally:
        _log.info("herald.stopping")
        await app.stop()
    _log.info("herald.stopped")
    return 0 if stop.asked.is_set() else 1


async def _until_the_end(app: "App", config: Config, token: str, stop: Stop) -> None:
    """Stay connected until asked to stop; discord.py's errors come out in words."""
    connecting: asyncio.Task[None] | None = None
    if app.is_bot:
        session = stay_connected(app, config, token, SystemClock())
        connecting = asyncio.create_task(session, name="discord")
    waiting = {
        asyncio.create_task(stop.asked.wait(), name="stop"),
        asyncio.create_task(app.fleet.lost.wait(), name="lost"),
        *([] if connecting is None else [connecting]),
    }
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if connecting and connecting.done():
            with _in_words(config):
                connecting.result()
        if app.fleet.lost.is_set():
            raise HeraldError(LOST)
    finally:
        if app.is_bot:
            await app.client.close()  # also waits for a close that is under way
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)


@contextmanager
def _in_words(config: Config) -> Generator[None]:
    """What Discord refuses is said so that people know what to do."""
    try:
        yield
    except Exception as error:
        sentence = discord_errors.sentence_of(error, config)
        if sentence is None:
            raise
        raise HeraldError(sentence) from error


def _tell_exceptions(config: Config) -> None:
    """What the operator allows beyond the public internet is never a secret."""
    guard = config.guard
    if guard.allow_hosts or guard.allow_networks:
        _log.warning(
            "guard.private_addresses_allowed",
            hosts=list(guard.allow_hosts),
            networks=list(guard.allow_networks),
            http=guard.allow_http,
        )


def _secrets(config: Config, token: str) -> list[str]:
    key = config.secrets.key.get_secret_value() if config.secrets.key else ""
    scraper = config.web.metrics_token.get_secret_value() if config.web.metrics_token else ""
    proxy = config.egress.proxy_password
    return [token, *key.split(","), scraper, proxy.get_secret_value() if proxy else ""]
