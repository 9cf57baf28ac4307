"""The pages of appeals."""

from typing import Protocol

from aiohttp import web

from bot.features.appeals.service import AppealsService
from bot.web.appeals.portal import Portal


class Parts(Protocol):
    """What these pages need of the bot."""

    @property
    def appeals(self) -> AppealsService: ...


def routes(parts: Parts) -> list[web.RouteDef]:
    """For the web face, which guards them."""
    return Portal(parts.appeals).routes()
