"""`/appeals`: who waits for a decision, and what was decided."""

from discord import app_commands
from discord.app_commands import locale_str
from discord.ext import commands

from bot.client.interactions import Interaction, require
from bot.texts import N_
from bot.user_text import visible
from cogs.appeals.handlers import AppealHandlers

MOST = 2_147_483_647
SUGGESTED = 25  # that Discord takes
LONGEST_NAME = 100  # characters of a suggestion

Number = app_commands.Range[int, 1, MOST]


@app_commands.guild_only()
@app_commands.default_permissions(moderate_members=True)
class AppealCommands(
    commands.GroupCog,
    group_name="appeals",
    group_description=locale_str(N_("What people ask to have lifted in this server")),
):
    """Each answer is seen by nobody but the person who asks."""

    def __init__(self, desk: AppealHandlers) -> None:
        self._desk = desk

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Discord hides the commands from others by default; a server may show them to anyone."""
        require(interaction, moderate_members=True)
        return True

    async def numbers(
        self, interaction: Interaction, current: str
    ) -> list[app_commands.Choice[int]]:
        """The cases whose appeals have waited longest; any other number can be typed."""
        if interaction.guild_id is None or not interaction.permissions.moderate_members:
            return []
        typed = str(current).strip().lower()  # a whole number comes as one
        waiting = (await self._desk.appeals.open_ones(interaction.guild_id)).appeals
        named = {one.case_number: f"{one.case_number}: {visible(one.username)}" for one in waiting}
        return [
            app_commands.Choice(name=name[:LONGEST_NAME], value=number)
            for number, name in list(named.items())[:SUGGESTED]
            if typed in name.lower()
        ]

    @app_commands.command(
        name="list", description=locale_str(N_("The appeals that wait for a decision"))
    )
    async def list_open(self, interaction: Interaction) -> None:
        await self._desk.list(interaction)

    @app_commands.command(description=locale_str(N_("The appeal of a case, with those before it")))
    @app_commands.describe(number=locale_str(N_("The number of the case that is appealed")))
    @app_commands.autocomplete(number=numbers)
    async def view(self, interaction: Interaction, number: Number) -> None:
        await self._desk.view(interaction, number)
