"""Telling people that a webhook was switched off: in the notice channel, and who added it."""

import discord
from discord.ext import commands

from bot.client import HeraldClient, layout
from bot.client.discord_reads import member_of
from bot.features.endpoints.messages import notice
from bot.features.endpoints.notices import NoticesService
from bot.features.endpoints.service import Endpoint
from bot.features.settings.model import GeneralSettings
from bot.features.settings.service import SettingsService
from bot.texts import use

SERVER_ERROR = 500
TOO_MANY = 429


class DiscordTeller:
    """Sends the notice; people who closed their direct messages still have the channel."""

    def __init__(self, bot: HeraldClient, settings: SettingsService) -> None:
        self._bot = bot
        self._settings = settings

    async def tell(self, endpoint: Endpoint) -> bool | None:
        """Whether anybody could be told; None where it is to be tried again later."""
        if not self._bot.is_ready():
            return None
        guild = self._bot.get_guild(endpoint.guild_id)
        if guild is None:
            return False
        with use(guild.preferred_locale.value):
            outcomes = [await self._channel(guild, endpoint), await self._person(guild, endpoint)]
        if True in outcomes:
            return True
        return None if None in outcomes else False

    async def _channel(self, guild: discord.Guild, endpoint: Endpoint) -> bool | None:
        chosen = await self._settings.get(guild.id, GeneralSettings)
        channel = guild.get_channel(chosen.notice_channel_id or 0)
        if not isinstance(channel, discord.abc.Messageable):
            return False
        return await _send(channel, guild, endpoint)

    async def _person(self, guild: discord.Guild, endpoint: Endpoint) -> bool | None:
        member = await member_of(guild, endpoint.created_by_id)
        # Who left the server has no say in it any more, and could not be written to.
        return await _send(member, guild, endpoint) if member is not None else False


class NoticeListener(commands.Cog):
    """Looks for notices that are owed as soon as Discord can be reached."""

    def __init__(self, notices: NoticesService) -> None:
        self._notices = notices

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        self._notices.look()


async def _send(
    to: discord.abc.Messageable, guild: discord.Guild, endpoint: Endpoint
) -> bool | None:
    try:
        await to.send(**layout.sent(notice(endpoint, guild.name)))
    except discord.HTTPException as error:
        return None if error.status >= SERVER_ERROR or error.status == TOO_MANY else False
    return True
