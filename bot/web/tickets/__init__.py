"""Tickets on the web: the transcript that whoever opened one reads behind a private link."""

from aiohttp import web

from bot.feature import Parts
from bot.features.tickets import TICKETS
from bot.web.tickets.page import TranscriptPage


def routes(parts: Parts) -> list[web.RouteDef]:
    """For the web face, which guards them."""
    return TranscriptPage(parts[TICKETS].service.transcripts).routes()
