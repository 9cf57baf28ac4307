"""Stand-in for Discord: the one function that turns discord.py to another server."""

from typing import TYPE_CHECKING

import aiohttp
from discord.http import INTERNAL_API_VERSION, HTTPClient, Route
from yarl import URL

from bot.config import DiscordConfig
from bot.errors import ConfigError
from bot.logs import get_logger
from bot.loopback import is_loopback

if TYPE_CHECKING:
    from discord.types.gateway import SessionStartLimit

_log = get_logger("herald.client")


def use_standin(http: HTTPClient, settings: DiscordConfig) -> None:
    """Send requests and gateway connections to the servers of the settings, if they name any.

    `Route.BASE` is of the whole process: the webhooks that answer interactions know no client.
    discord.py takes a gateway address from /gateway/bot, from `resume_gateway_url` in READY, and
    its own default after an invalid session; all of them pass through `ws_connect`, and none of
    them leaves this machine with the token.
    """
    if settings.api_base is None and settings.gateway_url is None:
        return
    if settings.api_base is not None:
        Route.BASE = f"{settings.api_base}/v{INTERNAL_API_VERSION}"
    _log.warning(
        "discord.standin_used", api_base=settings.api_base, gateway_url=settings.gateway_url
    )
    ask, connect = http.get_bot_gateway, http.ws_connect

    async def get_bot_gateway() -> "tuple[int, str, SessionStartLimit]":
        shards, named, limit = await ask()
        url = settings.gateway_url or named
        if not _is_here(url):
            message = f"is needed: the stand-in server names {named}, which is not on this machine"
            raise ConfigError("discord.gateway_url", message)
        return shards, url, limit

    async def ws_connect(url: str, *, compress: int = 0) -> aiohttp.ClientWebSocketResponse:
        if not _is_here(url):
            base = settings.gateway_url or (await get_bot_gateway())[1]
            url = str(URL(base).with_query(URL(url).query))
        return await connect(url, compress=compress)

    http.get_bot_gateway = get_bot_gateway
    http.ws_connect = ws_connect


def _is_here(url: str) -> bool:
    return is_loopback(URL(url).host or "")
