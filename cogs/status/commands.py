"""Command `/status`: how things are, and a button that looks again."""

from discord import app_commands

from bot.client import HeraldClient
from bot.client.choice_panel import guild_of
from bot.client.gateway import GatewaySeen, gateway_of
from bot.client.interactions import Interaction, Press, redraw, working
from bot.client.ui import Command, command
from bot.controls import Post
from bot.features.status.service import StatusService
from bot.texts import N_
from cogs.status.views import status_card

Reached = tuple[GatewaySeen, float]


class StatusHandlers:
    """Answers from what the client and the service know at that moment."""

    def __init__(self, bot: HeraldClient, service: StatusService) -> None:
        self._bot = bot
        self._service = service

    def reached(self, interaction: Interaction) -> Reached:
        """How the interaction came: before anything is answered, which takes time itself."""
        lag = self._service.lag(interaction.id)
        return gateway_of(self._bot, guild_of(interaction)), lag

    async def look(self, interaction: Interaction, reached: Reached) -> Post:
        """The card as it is now."""
        return status_card(await self._service.look(guild_of(interaction).id), *reached)

    async def again(self, interaction: Interaction, _press: Press) -> None:
        """The same card, drawn anew."""
        reached = self.reached(interaction)
        await interaction.response.defer()
        await redraw(interaction, await self.look(interaction, reached))


def status_command(handlers: StatusHandlers) -> Command:
    """`/status`, for whoever manages the server."""

    @command(N_("Whether I am well, and what waits to be sent for this server"))
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.checks.has_permissions(manage_guild=True)
    async def status(interaction: Interaction) -> None:
        reached = handlers.reached(interaction)
        async with working(interaction) as answer:
            await answer(await handlers.look(interaction, reached))

    return status
