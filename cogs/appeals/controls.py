"""The buttons of cards and listings; each checks anew, in the server of the click."""

from typing import Any

import discord

from bot.client.interactions import Interaction, Press, actor_of, control, require
from cogs.appeals import views
from cogs.appeals.handlers import AppealHandlers

ID = r"(?P<appeal>[0-9]{1,18})"
APPROVE = rf"appeal:approve:{ID}"
DENY = rf"appeal:deny:{ID}"
PICK = r"appeal:pick"
TURN = r"appeal:turn:(?P<page>[0-9]{1,5})"


class AppealControls:
    """What each button does; who may decide depends on the kind of case, and the service says."""

    def __init__(self, desk: AppealHandlers) -> None:
        self._desk = desk

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        return [
            control(APPROVE, self.approve),
            control(DENY, self.deny),
            control(PICK, self.pick),
            control(TURN, self.turn),
        ]

    async def approve(self, interaction: Interaction, press: Press) -> None:
        """Ask why, then lift the punishment."""
        await self._desk.ask(interaction, int(press["appeal"]), "approved")

    async def deny(self, interaction: Interaction, press: Press) -> None:
        """Ask why, then leave the punishment as it is."""
        await self._desk.ask(interaction, int(press["appeal"]), "denied")

    async def pick(self, interaction: Interaction, press: Press) -> None:
        """Show the one chosen from a listing, by its case's number."""
        require(interaction, moderate_members=True)
        await self._desk.view(interaction, int(press.values[0]))

    async def turn(self, interaction: Interaction, press: Press) -> None:
        """Show the page before or after."""
        require(interaction, moderate_members=True)
        await interaction.response.defer()
        guild_id = actor_of(interaction).guild_id
        page = await self._desk.appeals.open_ones(guild_id, int(press["page"]))
        await interaction.edit_original_response(embed=views.listed(page), view=views.turns(page))
