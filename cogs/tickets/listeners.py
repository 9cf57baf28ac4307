"""Listeners of tickets: messages in their rooms, and rooms that somebody deletes."""

import discord
from discord.ext import commands

from bot.features.tickets.service import TicketsService


class TicketListeners(commands.Cog):
    """Listener for channels and threads; the service knows which are tickets."""

    def __init__(self, tickets: TicketsService) -> None:
        self._tickets = tickets

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        await self._tickets.on_room_deleted(channel.guild.id, channel.id)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        await self._tickets.on_room_deleted(payload.guild_id, payload.thread_id)

    @commands.Cog.listener("on_guild_available")
    @commands.Cog.listener("on_guild_join")
    async def on_guild_sighted(self, guild: discord.Guild) -> None:
        await self._tickets.compare(guild.id)

    @commands.Cog.listener()
    async def on_raw_member_remove(self, payload: discord.RawMemberRemoveEvent) -> None:
        await self._tickets.on_left(payload.guild_id, payload.user.id)
