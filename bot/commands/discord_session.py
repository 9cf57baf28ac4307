"""Session with Discord: begun anew, with growing pauses, where what came over it broke it."""

from traceback import format_tb
from typing import TYPE_CHECKING

from bot.clock import Clock
from bot.commands import discord_errors
from bot.commands.console import complain
from bot.commands.discord_wait import api_of, reached
from bot.config import Config
from bot.logs import get_logger

if TYPE_CHECKING:
    from bot.app import App

FIRST_PAUSE, LONGEST_PAUSE = 5.0, 300.0
CALM = 600.0  # seconds of a session after which the pauses begin from the first again

_log = get_logger("herald.start")


async def stay_connected(app: "App", config: Config, token: str, clock: Clock) -> None:
    """Return when the client was closed; discord.py's error where a person has to mend it.

    What fails before the first login and the loading of the cogs is raised as well: it would fail
    again. From then on deliveries go on meanwhile.
    """
    pause, has_begun = FIRST_PAUSE, False
    while True:
        await reached(clock, lambda error: complain(_waiting(error, config)), api=api_of(config))
        began = clock.now()
        try:
            async with app.client:
                await app.client.start(token)
        except Exception as error:
            has_begun = has_begun or app.client.has_begun
            if not has_begun or discord_errors.is_final(error):
                raise
            if (clock.now() - began).total_seconds() >= CALM:
                pause = FIRST_PAUSE
            _tell(error, config, pause)
        else:
            return
        await clock.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)
        app.client = app.make_client()


def _tell(error: Exception, config: Config, pause: float) -> None:
    """Where it happened; an error's own words may quote what came."""
    _log.error(
        "discord.session_broken",
        kind=type(error).__name__,
        hint=discord_errors.sentence_of(error, config),
        retry_in=pause,
        exception="".join(format_tb(error.__traceback__)),
    )


def _waiting(error: BaseException, config: Config) -> str:
    trouble = discord_errors.unreachable(error, config)
    return f"{trouble}; Herald tries again by itself, deliveries go on meanwhile"
