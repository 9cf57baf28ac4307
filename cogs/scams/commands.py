"""Commands of `/antiscam`: read, call, answer."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.interactions import Interaction
from bot.client.ui import Choices, RowNumber, StaffCog, choices, command
from bot.features.scams.reviews import NAME
from bot.texts import N_
from cogs.scams.handlers import STAFF, ScamHandlers

PictureName = app_commands.Range[str, 1, NAME]


class ScamCommands(
    StaffCog,
    commands.GroupCog,
    permission=STAFF,
    group_name="antiscam",
    group_description=N_("Pictures that are scams: what is known, and what is done about them"),
):
    """Answers are seen by whoever asks."""

    def __init__(self, handlers: ScamHandlers) -> None:
        self._handlers = handlers

    async def known(self, interaction: Interaction, current: str) -> Choices[int]:
        """The pictures of this server."""
        if interaction.guild_id is None or not self.may_see(interaction):
            return []
        typed = str(current).strip()  # a whole number comes as one
        return choices(await self._handlers.suggested(interaction.guild_id, typed), typed)

    @command(N_("Switch it on or off, and choose how it acts"))
    async def panel(self, interaction: Interaction) -> None:
        await self._handlers.panel(interaction)

    @command(N_("How things are: what is known, looked at, and could not be"))
    async def status(self, interaction: Interaction) -> None:
        await self._handlers.status(interaction)

    @command(N_("The pictures that this server knows as scams"))
    async def list(self, interaction: Interaction) -> None:
        await self._handlers.list(interaction)

    @command(
        N_("Know a picture as a scam from now on"),
        picture=N_("The picture"),
        name=N_("What to call it in the list"),
    )
    async def add(
        self,
        interaction: Interaction,
        picture: discord.Attachment,
        name: PictureName | None = None,
    ) -> None:
        await self._handlers.add(interaction, picture, name or "")

    @command(N_("Forget a picture of the list"), picture=N_("Which one"))
    @app_commands.autocomplete(picture=known)
    async def remove(self, interaction: Interaction, picture: RowNumber) -> None:
        await self._handlers.remove(interaction, picture)

    @command(N_("What would be thought of a picture; nothing is done"), picture=N_("The picture"))
    async def test(self, interaction: Interaction, picture: discord.Attachment) -> None:
        await self._handlers.test(interaction, picture)

    @command(N_("The list as a file, for whoever runs a bot to know it everywhere"))
    async def export(self, interaction: Interaction) -> None:
        await self._handlers.export(interaction)
