"""Appeals on the web: their private pages."""

from aiohttp import web

from bot.feature import Parts
from bot.features.appeals import APPEALS
from bot.web.appeals.portal import Portal


def routes(parts: Parts) -> list[web.RouteDef]:
    """For the web face, which guards them."""
    return Portal(parts[APPEALS].service).routes()
