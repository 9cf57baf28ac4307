"""Command `/mycases`: what was decided about whoever asks, for their eyes alone."""

from typing import Any

import discord
from discord.ext import commands

from bot.client.interactions import Interaction, Press, actor_of, control, redraw, working
from bot.client.ui import Pager, command
from bot.controls import ControlId, Post
from bot.features.cases.queries import CaseQuery
from bot.features.cases.records import RecordsService
from bot.texts import N_
from cogs.cases import views

TURN = ControlId("case:mine", page="[0-9]{1,5}")


class OwnCommands(commands.Cog):
    """Command `/mycases`: without notes, and without the names of who decided.

    Whose cases are shown is never read from a button: it is whoever presses it.
    """

    def __init__(self, records: RecordsService) -> None:
        self._pager = Pager(
            TURN,
            write=lambda query: {},
            read=lambda press: CaseQuery(user_id=0),
            find=records.search,
            draw=views.own,
        )

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to turn the pages of old messages."""
        return [control(TURN, self._turn)]

    @command(N_("What was decided about you in this server; nobody else sees the answer"))
    async def mycases(self, interaction: Interaction) -> None:
        async with working(interaction) as answer:
            await answer(await self._page(interaction))

    async def _turn(self, interaction: Interaction, press: Press) -> None:
        await interaction.response.defer()
        await redraw(interaction, await self._page(interaction, int(press["page"])))

    async def _page(self, interaction: Interaction, number: int | None = None) -> Post:
        actor = actor_of(interaction)
        query = CaseQuery(user_id=actor.user_id, is_theirs=True)
        return await self._pager.page(actor.guild_id, query, number)
