"""Listeners of automod: messages, edits, names of threads, who joins, Discord's own AutoMod."""

import discord
from discord.ext import commands

from bot.client.activity import roles_of
from bot.client.content import message_content, thread_content
from bot.client.discord_native import native_execution
from bot.features.automod.guard import Joined
from bot.features.automod.service import AutomodService


class AutomodListeners(commands.Cog):
    """Listener that looks first whether anybody wants to know: most servers have no rules."""

    def __init__(self, automod: AutomodService) -> None:
        self._guard = automod.guard
        self._native = automod.native

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        guild = message.guild
        if guild is not None and await self._guard.watches(guild.id):
            content = message_content(message)
            if content is not None:
                await self._guard.heard(content)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        if payload.guild_id is not None and await self._guard.watches(payload.guild_id):
            content = message_content(payload.message, is_edit=True)
            if content is not None:
                await self._guard.heard(content)

    @commands.Cog.listener()
    async def on_thread_create(self, thread: discord.Thread) -> None:
        if await self._guard.watches(thread.guild.id):
            await self._guard.heard(thread_content(thread))

    @commands.Cog.listener()
    async def on_thread_update(self, before: discord.Thread, after: discord.Thread) -> None:
        if before.name != after.name and await self._guard.watches(after.guild.id):
            content = thread_content(after, is_edit=True)
            await self._guard.heard(content, old_name=before.name)

    @commands.Cog.listener()
    async def on_member_join(self, member: discord.Member) -> None:
        joined = Joined(member.guild.id, member.id, roles_of(member), member.bot)
        await self._guard.joined(joined)

    @commands.Cog.listener()
    async def on_automod_action(self, execution: discord.AutoModAction) -> None:
        await self._native.executed(native_execution(execution))
