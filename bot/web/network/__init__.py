"""Network on the web: the private pages of those who were reported."""

from aiohttp import web

from bot.feature import Parts
from bot.features.network import NETWORK
from bot.web.network.page import ObjectionPortal


def routes(parts: Parts) -> list[web.RouteDef]:
    """For the web face, which guards them."""
    return ObjectionPortal(parts[NETWORK].objections).routes()
