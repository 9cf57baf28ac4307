"""The buttons of cases, those in the moderation log too; each checks anew."""

import io
from typing import Any

import discord

from bot.client.interactions import Interaction, Press, actor_of, control, require
from bot.features.cases.queries import CaseQuery
from cogs.cases import pages, views
from cogs.cases.handlers import CaseHandlers
from cogs.cases.modals import ask_reason

NUMBER = r"(?P<number>[0-9]{1,10})"
REASON = rf"case:reason:{NUMBER}"
REMOVE = rf"case:remove:{NUMBER}"
DELETE = rf"case:delete:{NUMBER}"
KEEP = rf"case:keep:{NUMBER}"
EVIDENCE = rf"case:evidence:{NUMBER}:(?P<piece>[0-9]{{1,18}})"
HISTORY = r"case:history:(?P<user>[0-9]{1,20})"


class CaseControls:
    """What each button does; the case is looked up in the guild of the click."""

    def __init__(self, desk: CaseHandlers) -> None:
        self._desk = desk
        self._services = desk.services

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        return [
            control(REASON, self.reason),
            control(REMOVE, self.remove),
            control(DELETE, self.delete),
            control(KEEP, self.keep),
            control(EVIDENCE, self.evidence),
            control(HISTORY, self.history),
            control(pages.TURN, self.turn),
        ]

    async def reason(self, interaction: Interaction, press: Press) -> None:
        """Ask for the new reason."""
        await ask_reason(interaction, self._desk, int(press["number"]))

    async def remove(self, interaction: Interaction, press: Press) -> None:
        """Ask before deleting."""
        require(interaction, moderate_members=True)
        await self._desk.ask_deletion(interaction, int(press["number"]))

    async def delete(self, interaction: Interaction, press: Press) -> None:
        """Delete; of two clicks the second finds nothing."""
        require(interaction, moderate_members=True)
        await interaction.response.defer()
        number = int(press["number"])
        case = await self._services.book.delete(actor_of(interaction), number)
        await interaction.edit_original_response(content=views.deleted(case), view=None)

    async def keep(self, interaction: Interaction, press: Press) -> None:
        """Leave it as it is."""
        require(interaction, moderate_members=True)
        await interaction.response.edit_message(content=views.kept(), view=None)

    async def evidence(self, interaction: Interaction, press: Press) -> None:
        """Hand out one piece of it."""
        require(interaction, moderate_members=True)
        await interaction.response.defer(ephemeral=True, thinking=True)
        exhibit, content = await self._services.evidence.fetch(
            actor_of(interaction).guild_id, int(press["number"]), int(press["piece"])
        )
        file = discord.File(io.BytesIO(content), exhibit.name)
        await interaction.followup.send(file=file, ephemeral=True)

    async def history(self, interaction: Interaction, press: Press) -> None:
        """List everything about one person."""
        require(interaction, moderate_members=True)
        await self._desk.list(interaction, CaseQuery(user_id=int(press["user"])))

    async def turn(self, interaction: Interaction, press: Press) -> None:
        """Show the page before or after."""
        require(interaction, moderate_members=True)
        await interaction.response.defer()
        query, number = pages.query_of(press)
        page = await self._services.book.search(actor_of(interaction).guild_id, query, number)
        await interaction.edit_original_response(
            embed=views.listed(page, pages.title(query)), view=pages.turns(page, query)
        )
