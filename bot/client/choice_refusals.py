"""Choice refusals: channels, categories and roles that the bot could not use as they are."""

from collections.abc import Iterable

import discord

from bot.dangers import dangers
from bot.errors import NotFound, UserError
from bot.permission_names import permission_name
from bot.settings import SettingKind
from bot.texts import _, ngettext
from bot.user_text import escaped


def lacking(channel: discord.abc.GuildChannel, needs: Iterable[str]) -> str:
    """The permissions that the bot misses there, as people read them; empty where it has all."""
    held = channel.permissions_for(channel.guild.me)
    return ", ".join(permission_name(name) for name in needs if not getattr(held, name))


def refuse_channel(guild: discord.Guild, channel_id: int, needs: Iterable[str]) -> None:
    """A UserError for a channel in which the bot could not do what it is for."""
    channel = guild.get_channel(channel_id)
    if channel is None or isinstance(channel, discord.CategoryChannel):
        raise NotFound(_("That channel is not in this server. Choose another."))
    if missing := lacking(channel, needs):
        text = _("I cannot use {channel}: give my role {names} there, then choose it again.")
        raise UserError(text.format(channel=channel.mention, names=missing))


def refuse_category(guild: discord.Guild, category_id: int, needs: Iterable[str]) -> None:
    """A UserError for a category in which the bot could not make channels."""
    category = guild.get_channel(category_id)
    if not isinstance(category, discord.CategoryChannel):
        raise NotFound(_("That category is not in this server. Choose another."))
    if missing := lacking(category, needs):
        text = _(
            "I cannot make channels in {category}: give my role {names} there, then choose it "
            "again."
        )
        raise UserError(text.format(category=category.mention, names=missing))


def refuse_given_role(
    guild: discord.Guild, chooser: discord.User | discord.Member, role_id: int
) -> None:
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


def refuse_harmful_role(guild: discord.Guild, role_id: int) -> None:
    """A UserError for a role with which those who are to do no harm could do it."""
    role = guild.get_role(role_id)
    # What everybody may is no more of a danger in a role, and a new role begins with it.
    everybody = guild.default_role.permissions.value
    found = frozenset[str]() if role is None else dangers(role.permissions.value & ~everybody)
    if role is not None and found:
        text = _(
            "{role} has dangerous permissions: {names}. Take them from it, then choose it again, "
            "or choose another."
        )
        names = ", ".join(permission_name(one) for one in sorted(found))
        raise UserError(text.format(role=escaped(role.name), names=names))


def refuse_named_roles(guild: discord.Guild, role_ids: Iterable[int]) -> None:
    """A UserError for roles that tell nobody apart; they are not given to anybody."""
    for role_id in role_ids:
        role = guild.get_role(role_id)
        if role is None:
            raise NotFound(_("That role is not in this server. Choose another."))
        if role.is_default():
            raise UserError(_("Everybody has that role. Choose another."))


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


def refuse_chosen(
    guild: discord.Guild,
    chooser: discord.User | discord.Member,
    kind: SettingKind,
    chosen: tuple[int, ...],
    needs: tuple[str, ...],
) -> None:
    """A UserError for what cannot be used as a choice of that kind."""
    if kind is SettingKind.ROLES:
        refuse_named_roles(guild, chosen)
        return
    for one in chosen:
        if kind is SettingKind.CHANNEL:
            refuse_channel(guild, one, needs)
        elif kind is SettingKind.CATEGORY:
            refuse_category(guild, one, needs)
        elif kind is SettingKind.ROLE:
            refuse_given_role(guild, chooser, one)
