"""Giveaways on the web: the page on which anyone follows a draw lot by lot."""

from aiohttp import web

from bot.feature import Parts
from bot.features.giveaways import GIVEAWAYS
from bot.web.giveaways.page import LotsPage


def routes(parts: Parts) -> list[web.RouteDef]:
    """For the web face, which guards them."""
    return LotsPage(parts[GIVEAWAYS].service).routes()
