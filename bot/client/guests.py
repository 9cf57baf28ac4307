"""Guests of rooms in Discord's words: overwrites of a channel, members of a thread."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import discord

from bot.rooms import Guest

GIVEN = ("view_channel", "read_message_history", "attach_files", "embed_links", "add_reactions")
"""What a guest may in a channel, beside writing."""

OWN = ("view_channel", "send_messages", "read_message_history", "attach_files", "embed_links")
"""What the bot gives itself there, as nobody else's permissions reach it."""


def guests_of(channel: discord.TextChannel) -> tuple[Guest, ...]:
    """Whom a channel lets in by name; everybody where it keeps nobody else out."""
    guild = channel.guild
    own = {one.id for one in (guild.me, guild.self_role) if one is not None}
    named = [one for one in _named(channel) if one.id not in own]
    if not any(one.id == guild.id for one in named) and not _keeps_out(channel):
        named.append(Guest(guild.id, is_role=True))
    return tuple(named)


def visitor(user_id: int, member: discord.Member | None) -> Guest:
    """Somebody in a thread, with their roles; without any where they are no member."""
    roles = () if member is None else member.roles
    return Guest(user_id, role_ids=frozenset(one.id for one in roles))


def rights(*, may_write: bool) -> discord.PermissionOverwrite:
    """What a guest is given in a channel."""
    return discord.PermissionOverwrite(**dict.fromkeys(GIVEN, True), send_messages=may_write)


def overwrites(
    guild: discord.Guild, guests: Sequence[Guest]
) -> Mapping[discord.Role | discord.Member | discord.Object, discord.PermissionOverwrite]:
    """Who sees a new channel. What the bot lacks itself it cannot give (source: Discord's
    reference, "Create Guild Channel")."""
    held = guild.me.guild_permissions
    own = {name: True for name in OWN if getattr(held, name)}
    made: dict[Any, discord.PermissionOverwrite] = {
        guild.default_role: discord.PermissionOverwrite(view_channel=False),
        guild.me: discord.PermissionOverwrite(**own),
    }
    for guest in guests:
        # Of a mere object discord.py takes it that it is a member.
        target = guild.get_role(guest.id) if guest.is_role else discord.Object(guest.id)
        if target is None:
            continue
        given = {name: True for name in GIVEN if getattr(held, name)}
        write = guest.may_write if held.send_messages else None
        made[target] = discord.PermissionOverwrite(**given, send_messages=write)
    return made


def _named(channel: discord.TextChannel) -> Iterator[Guest]:
    for one, held in channel.overwrites.items():
        is_role = isinstance(one, discord.Role) or getattr(one, "type", None) is discord.Role
        if held.view_channel:
            yield Guest(one.id, is_role, may_write=held.send_messages is not False)


def _keeps_out(channel: discord.TextChannel) -> bool:
    """Whether who is not let in by name sees nothing; administrators and bots always may."""
    guild = channel.guild
    if channel.overwrites_for(guild.default_role).view_channel is False:
        return True
    return not any(
        one.permissions.view_channel and not one.permissions.administrator and not one.managed
        for one in guild.roles
    )
