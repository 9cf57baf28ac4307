"""Command `/kudos`: promise, call, answer."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.interactions import Interaction, actor_of, working
from tests.support.kudos.service import KudosService


class KudosCommands(commands.Cog):
    """Command that thanks somebody."""

    def __init__(self, kudos: KudosService) -> None:
        self._kudos = kudos

    @app_commands.command(description="Thank somebody")
    async def kudos(self, interaction: Interaction, user: discord.Member) -> None:
        async with working(interaction) as answer:
            count = await self._kudos.thank(actor_of(interaction), user.id)
            await answer(f"{user.mention} was thanked: {count} in all.")
