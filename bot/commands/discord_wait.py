"""Wait for the way to Discord: a machine whose network comes up late starts by itself."""

from collections.abc import Callable

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.clock import Clock
from bot.config import Config
from bot.logs import get_logger

DISCORD = "https://discord.com/api"
VERSION = "v10"
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 60.0
TIMEOUT = ClientTimeout(total=15.0)

_log = get_logger("herald.start")


def api_of(config: Config) -> str:
    """Where requests go: Discord's API, or that of the server in its place."""
    return f"{config.discord.api_base or DISCORD}/{VERSION}"


async def reached(
    clock: Clock, on_first_failure: Callable[[BaseException], None], *, api: str
) -> None:
    """Return when the API answers, whatever it says; only the first failure is told."""
    url = f"{api}/gateway"  # answers without a token
    pause = FIRST_PAUSE
    async with ClientSession(timeout=TIMEOUT) as session:
        while (error := await _failure(session, url)) is not None:
            if pause == FIRST_PAUSE:
                on_first_failure(error)
            _log.warning("discord.unreachable", error=str(error), retry_in=pause)
            await clock.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


async def _failure(session: ClientSession, url: str) -> BaseException | None:
    try:
        async with session.get(url, allow_redirects=False):
            return None
    except (ClientError, OSError, TimeoutError) as error:
        return error
