"""Command `/settings`, and what a click on its panel does: read, call the service, redraw."""

from collections.abc import Iterable
from typing import Any

import discord
from discord import app_commands

from bot.client.interactions import Interaction, Press, actor_of, control, redraw, reply, require
from bot.client.refusals import permission_name
from bot.client.ui import Command, command
from bot.errors import NotFound, UserError
from bot.features.settings.service import SettingsService
from bot.settings import FeatureSettings, SettingKind
from bot.texts import N_, _, ngettext
from bot.user_text import escaped
from cogs.settings.views import (
    CHANNEL,
    NONE,
    PICK,
    ROLE,
    SWITCHED,
    ValueModal,
    guild_of,
    panel,
)


class SettingsPanels:
    """Panels of features, and the choices picked on them."""

    def __init__(self, settings: SettingsService) -> None:
        self._settings = settings

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old panels."""
        acts = (
            (PICK, self.pick),
            (CHANNEL, self.choose_channel),
            (ROLE, self.choose_role),
            (NONE, self.choose_none),
        )
        return [control(known_by, act, permission="manage_guild") for known_by, act in acts]

    async def show(self, interaction: Interaction, feature: str) -> None:
        guild = guild_of(interaction)
        chosen = await self._settings.get(guild.id, self._settings.model(feature))
        await reply(interaction, panel(chosen, guild))

    async def pick(self, interaction: Interaction, press: Press) -> None:
        """A setting was picked: a switch changes at once, the rest gets its control."""
        guild = guild_of(interaction)
        model = self._settings.model(press["feature"])
        name, _separator, wanted = press.values[0].partition("=")
        if wanted in SWITCHED:
            await self._change(interaction, model.feature, name, SWITCHED[wanted])
            return
        chosen = await self._settings.get(guild.id, model)
        if model.kind(name) in (SettingKind.CHANNEL, SettingKind.ROLE):
            await redraw(interaction, panel(chosen, guild, picked=name))
        else:
            await interaction.response.send_modal(ValueModal(chosen, name, change=self._change))

    async def choose_channel(self, interaction: Interaction, press: Press) -> None:
        channel_id = int(press.values[0])
        needs = self._settings.model(press["feature"]).needs(press["name"])
        refuse_channel(guild_of(interaction), channel_id, needs)
        await self._change(interaction, press["feature"], press["name"], channel_id)

    async def choose_role(self, interaction: Interaction, press: Press) -> None:
        guild, role_id = guild_of(interaction), int(press.values[0])
        refuse_role(guild, interaction.user, role_id)
        await self._change(interaction, press["feature"], press["name"], role_id)
        if self._settings.model(press["feature"]).mutes(press["name"]):
            for warning in unmuted(guild, role_id):
                await reply(interaction, warning)

    async def choose_none(self, interaction: Interaction, press: Press) -> None:
        await self._change(interaction, press["feature"], press["name"], None)

    async def _change(self, interaction: Interaction, feature: str, name: str, value: Any) -> None:
        require(interaction, manage_guild=True)
        guild = guild_of(interaction)
        await interaction.response.defer()
        chosen = await self._settings.change(actor_of(interaction), feature, name, value)
        await redraw(interaction, panel(chosen, guild))


def refuse_channel(guild: discord.Guild, channel_id: int, needs: Iterable[str]) -> None:
    """A UserError for a channel in which the bot may not do what it is chosen for."""
    channel = guild.get_channel(channel_id)
    if channel is None:
        raise NotFound(_("That channel is not in this server. Choose another."))
    held = channel.permissions_for(guild.me)
    missing = [permission_name(name) for name in needs if not getattr(held, name)]
    if missing:
        text = _("I cannot use {channel}: give my role {names} there, then choose it again.")
        raise UserError(text.format(channel=channel.mention, names=", ".join(missing)))


def unmuted(guild: discord.Guild, role_id: int) -> list[str]:
    """What to say of a role that keeps nobody from writing: by itself a role denies nothing."""
    role = guild.get_role(role_id)
    if role is None:
        return []
    channels = guild.text_channels
    open_ones = [one for one in channels if one.overwrites_for(role).send_messages is not False]
    if not open_ones:
        return []
    text = ngettext(
        "{role} does not keep anybody from writing in {count} channel, such as {channel}. In the "
        "permissions of each channel or category, deny it Send Messages, Add Reactions and Speak.",
        "{role} does not keep anybody from writing in {count} channels, such as {channel}. In the "
        "permissions of each channel or category, deny it Send Messages, Add Reactions and Speak.",
        len(open_ones),
    )
    name, channel = f"**{escaped(role.name)}**", open_ones[0].mention
    return [text.format(role=name, count=len(open_ones), channel=channel)]


def refuse_role(guild: discord.Guild, chooser: discord.User | discord.Member, role_id: int) -> None:
    """A UserError for a role that the bot could not give, or that the chooser could not."""
    role = guild.get_role(role_id)
    if role is None:
        raise NotFound(_("That role is not in this server. Choose another."))
    if role.is_default() or role.managed:
        raise UserError(_("That role cannot be given to people. Choose another."))
    if role >= guild.me.top_role:
        text = _("{role} stands above my role. Move my role above it, then choose it again.")
        raise UserError(text.format(role=escaped(role.name)))
    # Else whoever may change settings could have the bot hand out more than they hold.
    is_above = isinstance(chooser, discord.Member) and chooser.top_role > role
    if not is_above and chooser.id != guild.owner_id:
        text = _("{role} does not stand below your own highest role. Choose another.")
        raise UserError(text.format(role=escaped(role.name)))


def settings_command(panels: SettingsPanels, models: Iterable[type[FeatureSettings]]) -> Command:
    """`/settings feature:`, with a choice for each model."""
    choices = [app_commands.Choice(name=model.title, value=model.feature) for model in models]

    @command(
        N_("See and change what the bot does in this server"),
        feature=N_("The part of the bot to look at"),
    )
    @app_commands.choices(feature=choices)
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.checks.has_permissions(manage_guild=True)
    async def settings(interaction: Interaction, feature: str) -> None:
        await panels.show(interaction, feature)

    return settings
