"""Commands of `/appeals`: who waits for a decision, and what was decided."""

from discord import app_commands
from discord.ext import commands

from bot.client.interactions import Interaction, actor_of, working
from bot.client.ui import Choices, RowNumber, StaffCog, choices, command
from bot.texts import N_
from bot.user_text import visible
from cogs.appeals.handlers import AppealHandlers


class AppealCommands(
    StaffCog,
    commands.GroupCog,
    permission="moderate_members",
    group_name="appeals",
    group_description=N_("What people ask to have lifted in this server"),
):
    """Each answer is seen by nobody but the person who asks."""

    def __init__(self, handlers: AppealHandlers) -> None:
        self._handlers = handlers

    async def numbers(self, interaction: Interaction, current: str) -> Choices[int]:
        """The cases whose appeals have waited longest; any other number can be typed."""
        if interaction.guild_id is None or not self.may_see(interaction):
            return []
        typed = str(current).strip().lower()  # a whole number comes as one
        found = await self._handlers.appeals.numbered(interaction.guild_id, typed)
        named = {one.case_number: f"{one.case_number}: {visible(one.username)}" for one in found}
        fitting = ((name, number) for number, name in named.items() if typed in name.lower())
        return choices(fitting, typed)

    @app_commands.command(name="list", description=N_("The appeals that wait for a decision"))
    async def list_open(self, interaction: Interaction) -> None:
        async with working(interaction) as answer:
            await answer(await self._handlers.pager.page(actor_of(interaction).guild_id, None))

    @command(
        N_("The appeal of a case, with those before it"),
        number=N_("The number of the case that is appealed"),
    )
    @app_commands.autocomplete(number=numbers)
    async def view(self, interaction: Interaction, number: RowNumber) -> None:
        await self._handlers.view(interaction, number)
