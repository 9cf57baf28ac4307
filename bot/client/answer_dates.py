"""Dates of Discord's answers: from each of them the time is heard."""

from aiohttp import TraceConfig, TraceRequestEndParams

from bot.clock import Clock
from bot.clock_skew import DISCORD, ClockSkew
from bot.config import Config


def answer_dates(config: Config, clock: Clock, skew: ClockSkew) -> TraceConfig:
    """What hears the time from every answer of Discord's; a stand-in's is nobody's."""

    async def answered(_session: object, _context: object, ended: TraceRequestEndParams) -> None:
        if config.discord.api_base is None:
            skew.heard(DISCORD, ended.response.headers.get("Date"), clock.now())

    trace = TraceConfig()
    trace.on_request_end.append(answered)
    return trace
