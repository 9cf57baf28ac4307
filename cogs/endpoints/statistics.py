"""`/webhook stats` as a message: a picture, and the same in words."""

import asyncio
import io

import discord

from bot.features.endpoints.chart import alt_text, draw, milliseconds
from bot.features.endpoints.statistics import Statistics
from bot.texts import ngettext
from cogs.endpoints.views import bold

DAY, WEEK = 24, 168  # hours
ALT_LIMIT = 1024


async def picture(statistics: Statistics) -> discord.File:
    """The chart; drawn in a thread, so that the gateway's loop never waits for it."""
    image = await asyncio.to_thread(draw, statistics)
    alt = alt_text(statistics)[:ALT_LIMIT]
    return discord.File(io.BytesIO(image), filename="stats.png", description=alt)


def told(statistics: Statistics) -> str:
    """The sums."""
    text = ngettext(
        "{name}: {delivered} delivered, {failed} failed in the last {hours} hour; "
        "latency {median} in the median, {high} at the 95th percentile.",
        "{name}: {delivered} delivered, {failed} failed in the last {hours} hours; "
        "latency {median} in the median, {high} at the 95th percentile.",
        len(statistics.hours),
    )
    return text.format(
        name=bold(statistics.endpoint),
        delivered=statistics.delivered,
        failed=statistics.failed,
        hours=len(statistics.hours),
        median=milliseconds(statistics.median_ms),
        high=milliseconds(statistics.high_ms),
    )
