"""Listeners of levels: what people write, and guilds that come into sight."""

import discord
from discord.ext import commands

from bot.client.activity import message_activity
from bot.features.levels.service import LevelsService


class LevelListeners(commands.Cog):
    """Listener for messages; the service knows what they are worth."""

    def __init__(self, client: discord.Client, levels: LevelsService) -> None:
        self._client = client
        self._earnings = levels.earnings
        self._roles = levels.roles

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        activity = message_activity(message, may_read=self._client.intents.message_content)
        if activity is not None:
            await self._earnings.heard(activity)

    @commands.Cog.listener("on_guild_available")
    @commands.Cog.listener("on_guild_join")
    async def on_guild_sighted(self, guild: discord.Guild) -> None:
        await self._roles.compare(guild.id)
