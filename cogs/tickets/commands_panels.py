"""Commands of `/ticket panel`: read, call, answer."""

import discord
from discord import app_commands

from bot.client.interactions import Interaction, actor_of, reply, require
from bot.client.ui import RowNumber, command
from bot.features.tickets.panels import TITLE_LIMIT
from bot.texts import N_
from cogs.tickets import panel_views as views
from cogs.tickets.panel_handlers import PanelHandlers
from cogs.tickets.suggestions import TicketSuggestions

WHICH = N_("The panel")


class PanelCommands(app_commands.Group):
    """For whoever manages the server; each answer is seen by nobody else."""

    def __init__(self, handlers: PanelHandlers) -> None:
        about = N_("The messages from which tickets are opened")
        super().__init__(name="panel", description=about)
        self._handlers = handlers
        self.tickets = handlers.tickets

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        require(interaction, manage_guild=True)
        return True

    @command(N_("Make a panel of every type; nothing is posted yet"), title=N_("What it says"))
    async def create(
        self, interaction: Interaction, title: app_commands.Range[str, 1, TITLE_LIMIT]
    ) -> None:
        await self._handlers.create(interaction, title)

    @command(N_("See and change everything about a panel"), panel=WHICH)
    @app_commands.autocomplete(panel=TicketSuggestions.panels)
    async def edit(self, interaction: Interaction, panel: RowNumber) -> None:
        await self._handlers.edit(interaction, panel)

    @command(
        N_("Look at a panel, then post it"), panel=WHICH, channel=N_("Where; this channel else")
    )
    @app_commands.autocomplete(panel=TicketSuggestions.panels)
    async def post(
        self,
        interaction: Interaction,
        panel: RowNumber,
        channel: discord.TextChannel | None = None,
    ) -> None:
        channel_id = interaction.channel_id if channel is None else channel.id
        await self._handlers.preview(interaction, panel, channel_id or 0)

    @command(N_("Delete a panel; its message opens nothing any more"), panel=WHICH)
    @app_commands.autocomplete(panel=TicketSuggestions.panels)
    async def delete(self, interaction: Interaction, panel: RowNumber) -> None:
        await self._handlers.ask_deletion(interaction, panel)

    @command(N_("All panels of this server"))
    async def list(self, interaction: Interaction) -> None:
        found = await self.tickets.panels.all_of(actor_of(interaction).guild_id)
        await reply(interaction, views.listed(found))
