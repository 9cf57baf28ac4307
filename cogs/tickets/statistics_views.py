"""Views of the statistics of tickets: a picture or a table, and the same in words."""

import asyncio

from bot.controls import Picture, Post
from bot.features.tickets.chart import alt_text, draw
from bot.features.tickets.statistics import TicketStatistics, as_csv


async def told(statistics: TicketStatistics, *, as_table: bool) -> Post:
    """Drawn in a thread, so that the loop never waits for it."""
    text = alt_text(statistics)
    if as_table:
        return Post(text=text, picture=Picture("tickets.csv", as_csv(statistics)))
    image = await asyncio.to_thread(draw, statistics)
    return Post(text=text, picture=Picture("tickets.png", image, text))
