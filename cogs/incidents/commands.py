"""Commands of `/incidents`: what the protections found and did."""

from discord import app_commands
from discord.ext import commands

from bot.client.interactions import Interaction
from bot.client.ui import Choices, RowNumber, StaffCog, choices, command
from bot.texts import N_
from cogs.incidents.handlers import IncidentHandlers


class IncidentCommands(
    StaffCog,
    commands.GroupCog,
    permission="moderate_members",
    group_name="incidents",
    group_description=N_("What the protections found, and what they did"),
):
    """Answers are seen by whoever asks."""

    def __init__(self, handlers: IncidentHandlers) -> None:
        self._handlers = handlers

    async def protections(self, interaction: Interaction, current: str) -> Choices[str]:
        """The protections by name."""
        if not self.may_see(interaction):
            return []
        return choices(self._handlers.protections(str(current)), str(current))

    async def known(self, interaction: Interaction, current: str) -> Choices[int]:
        """The newest of this server."""
        if interaction.guild_id is None or not self.may_see(interaction):
            return []
        typed = str(current).strip()  # a whole number comes as one
        found = await self._handlers.suggested(interaction.guild_id, typed)
        return choices(found, typed)

    @command(N_("What the protections found, newest first"), protection=N_("Of which protection"))
    @app_commands.autocomplete(protection=protections)
    async def list(
        self, interaction: Interaction, protection: app_commands.Range[str, 1, 40] | None = None
    ) -> None:
        await self._handlers.list(interaction, protection)

    @command(N_("One incident, with its Undo and why it was so"), incident=N_("Which one"))
    @app_commands.autocomplete(incident=known)
    async def view(self, interaction: Interaction, incident: RowNumber) -> None:
        await self._handlers.view(interaction, incident)
