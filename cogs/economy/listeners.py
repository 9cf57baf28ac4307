"""Listener of the economy: what people write may earn something."""

import discord
from discord.ext import commands

from bot.client.activity import message_activity
from bot.features.economy.earnings import Earnings


class EconomyListeners(commands.Cog):
    """Hands on each message; what it says is not looked at."""

    def __init__(self, earnings: Earnings) -> None:
        self._earnings = earnings

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        activity = message_activity(message, may_read=False)
        if activity is not None:
            await self._earnings.message(activity)
