"""Telling people that a webhook was switched off: in the notice channel, and who added it."""

from typing import Any

import discord
from discord import ui
from discord.ext import commands

from bot.client import HeraldClient
from bot.client.interactions import still
from bot.features.endpoints.gone import is_gone
from bot.features.endpoints.notices import NoticesService
from bot.features.endpoints.service import Endpoint
from bot.features.settings.model import GeneralSettings
from bot.features.settings.service import SettingsService
from bot.texts import _, use
from bot.user_text import inline
from cogs.endpoints.views import bold

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
        member = await find_member(guild, endpoint.created_by_id)
        # Who left the server has no say in it any more, and could not be written to.
        return await _send(member, guild, endpoint) if member is not None else False


async def find_member(guild: discord.Guild, user_id: int) -> discord.Member | None:
    """The member, asked of Discord where a large server's list is not at hand."""
    member = guild.get_member(user_id)
    if member is not None:
        return member
    try:
        return await guild.fetch_member(user_id)
    except discord.NotFound:
        return None


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
        await to.send(notice(endpoint, guild.name), view=buttons(endpoint))
    except discord.HTTPException as error:
        return None if error.status >= SERVER_ERROR or error.status == TOO_MANY else False
    return True


def notice(endpoint: Endpoint, guild_name: str) -> str:
    """What happened, why, and what to do."""
    if is_gone(endpoint):
        gone = _(
            "🔴 The webhook {name} of {guild} was switched off: the program behind its address "
            "answered 410 Gone, which says that it wants nothing more. What happens from now on "
            "is kept as missed. Delete the webhook, or mend the program and enable it again."
        )
        return gone.format(name=bold(endpoint), guild=inline(guild_name, 100))
    text = _(
        "🔴 The webhook {name} of {guild} was switched off after {count} failed attempts in a row. "
        "The last error: {error}. What happens from now on is kept as missed. Mend the program "
        "behind the address, then enable the webhook again."
    )
    return text.format(
        name=bold(endpoint),
        guild=inline(guild_name, 100),
        count=endpoint.failures,
        error=inline(endpoint.last_error or "?", 200),
    )


def buttons(endpoint: Endpoint) -> ui.View:
    """Why and Re-enable; they name the server, for a direct message has none."""
    view = ui.View(timeout=None)
    of = f"{endpoint.guild_id}:{endpoint.id}"
    success = discord.ButtonStyle.success
    why: ui.Button[Any] = ui.Button(label=_("Why?"), custom_id=f"webhook:why:{of}")
    view.add_item(why)
    view.add_item(
        ui.Button(label=_("Re-enable"), custom_id=f"webhook:reenable:{of}", style=success)
    )
    still(view)
    return view
