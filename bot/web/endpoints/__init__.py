"""Endpoints on the web: the feed, for programs that cannot be reached."""

from aiohttp import web

from bot.feature import Parts
from bot.features.endpoints import ENDPOINTS
from bot.web.endpoints.feed import FeedReader


def routes(parts: Parts) -> list[web.RouteDef]:
    """For the web face, which guards them."""
    return FeedReader(parts[ENDPOINTS].feeds).routes()
