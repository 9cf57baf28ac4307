"""Listeners of scams: what people write, and what Discord shows of its links a moment later."""

import discord
from discord.ext import commands

from bot.client.content import message_content
from bot.features.scams.intake import Intake


class ScamListeners(commands.Cog):
    """Listener for messages; the intake knows which of them matter."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        # Most messages have neither, and of those nothing else is read.
        if message.attachments or message.embeds or message.message_snapshots:
            content = message_content(message)
            if content is not None:
                await self._intake.heard(content)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """An edit cannot add files, but Discord adds the pictures of links by one.

        No message is kept in memory, so only the raw event ever comes.
        """
        if payload.guild_id is not None and payload.message.embeds:
            content = message_content(payload.message, is_edit=True)
            if content is not None:
                await self._intake.heard(content)
