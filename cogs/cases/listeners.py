"""Listeners of cases: signals of the gateway that a case waits for."""

import discord
from discord.ext import commands

from bot.features.cases.service import CasesService


class ReturnListener(commands.Cog):
    """Listener for people who return; the service decides."""

    def __init__(self, cases: CasesService) -> None:
        self._cases = cases

    @commands.Cog.listener()
    async def on_member_join(self, member: discord.Member) -> None:
        await self._cases.rejoined(member.guild.id, member.id)
