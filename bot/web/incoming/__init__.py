"""Incoming webhooks on the web: the door for pushed actions, and its description for machines."""

from aiohttp import web

from bot.feature import Parts
from bot.features.incoming import INCOMING
from bot.web.incoming.endpoint import PushEndpoint


def routes(parts: Parts) -> list[web.RouteDef]:
    """For the web face, which guards them."""
    incoming = parts[INCOMING]
    return PushEndpoint(incoming.door, incoming.public_url).routes()
