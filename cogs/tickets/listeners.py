"""Listeners of tickets: messages in their rooms, and rooms that somebody changes or deletes."""

import discord
from discord.ext import commands

from bot.client.snapshots import writing_of
from bot.features.tickets.service import TicketsService
from bot.rooms import Writing


class TicketListeners(commands.Cog):
    """Listener for channels and threads; the service knows which are tickets."""

    def __init__(self, client: discord.Client, tickets: TicketsService) -> None:
        self._client = client
        self._tickets = tickets

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        if message.guild is not None:
            await self._tickets.conversation.heard(self._writing(message, message.guild.id))

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        if payload.guild_id is not None:
            writing = self._writing(payload.message, payload.guild_id)
            await self._tickets.conversation.edited(writing)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        if payload.guild_id is not None:
            place = payload.guild_id, payload.channel_id
            await self._tickets.conversation.deleted(*place, [payload.message_id])

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        if payload.guild_id is not None:
            place = payload.guild_id, payload.channel_id
            await self._tickets.conversation.deleted(*place, sorted(payload.message_ids))

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        await self._tickets.on_room_deleted(channel.guild.id, channel.id)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        await self._tickets.on_room_deleted(payload.guild_id, payload.thread_id)

    @commands.Cog.listener()
    async def on_guild_channel_update(
        self, _before: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        await self._tickets.on_room_changed(after.guild.id, after.id)

    @commands.Cog.listener()
    async def on_raw_thread_update(self, payload: discord.RawThreadUpdateEvent) -> None:
        await self._tickets.on_room_changed(payload.guild_id, payload.thread_id)

    @commands.Cog.listener()
    async def on_thread_member_join(self, member: discord.ThreadMember) -> None:
        await self._tickets.on_room_changed(member.thread.guild.id, member.thread_id)

    @commands.Cog.listener()
    async def on_raw_thread_member_remove(self, payload: discord.RawThreadMembersUpdate) -> None:
        await self._tickets.on_room_changed(payload.guild_id, payload.thread_id)

    # A new session, or an outage: before the guild is compared a message of now may come, and
    # nothing before it may be taken for stored.
    @commands.Cog.listener()
    async def on_shard_connect(self, shard_id: int) -> None:
        for guild in self._client.guilds:
            if guild.shard_id == shard_id:
                self._tickets.conversation.lost(guild.id)

    @commands.Cog.listener()
    async def on_guild_unavailable(self, guild: discord.Guild) -> None:
        self._tickets.conversation.lost(guild.id)

    @commands.Cog.listener("on_guild_available")
    @commands.Cog.listener("on_guild_join")
    async def on_guild_sighted(self, guild: discord.Guild) -> None:
        await self._tickets.compare(guild.id)

    def _writing(self, message: discord.Message, guild_id: int) -> Writing:
        return writing_of(message, guild_id, may_read=self._client.intents.message_content)
