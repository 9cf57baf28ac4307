"""Commands of `/ticket` about all tickets together: read, call, answer."""

from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot.client.interactions import Interaction, working
from bot.client.ui import command
from bot.features.tickets.chart import SPANS
from bot.features.tickets.statistics import StatisticsSpan
from bot.texts import N_
from cogs.tickets import statistics_views
from cogs.tickets.handlers import TicketHandlers
from cogs.tickets.visitors import visitor_of


class StatisticsCommands(commands.Cog):
    """Mixed into the group; who may is asked of the service."""

    _handlers: TicketHandlers

    @command(
        N_("How many tickets, how quickly, and how they were rated"),
        span=N_("Of which time"),
        format=N_("A picture, or a table for a spreadsheet"),
    )
    @app_commands.choices(
        span=[Choice(name=text, value=span.value) for span, text in SPANS.items()],
        format=[Choice(name=N_("picture"), value="picture"), Choice(name=N_("CSV"), value="csv")],
    )
    async def stats(
        self,
        interaction: Interaction,
        span: str = StatisticsSpan.MONTH.value,
        format: str = "picture",
    ) -> None:
        async with working(interaction) as answer:
            counted = await self._handlers.tickets.statistics.of(
                visitor_of(interaction), StatisticsSpan(span)
            )
            await answer(await statistics_views.told(counted, as_table=format == "csv"))
