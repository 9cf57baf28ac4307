"""Listeners of raids: who joins, in plain words; the service decides."""

import discord
from discord.ext import commands

from bot.features.raids.model import Arrival
from bot.features.raids.service import RaidsService


class RaidListeners(commands.Cog):
    """Listener for joins."""

    def __init__(self, raids: RaidsService) -> None:
        self._raids = raids

    @commands.Cog.listener()
    async def on_member_join(self, member: discord.Member) -> None:
        await self._raids.joined(
            Arrival(
                guild_id=member.guild.id,
                user_id=member.id,
                username=member.name,
                joined_at=member.joined_at or discord.utils.utcnow(),
                is_bot=member.bot,
                is_returning=member.flags.did_rejoin,
            )
        )
