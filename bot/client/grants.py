"""Grants of permissions: the link by which somebody gives the bot's role what it lacks."""

from collections.abc import Iterable

import discord

from bot.client.refusals import permission_bit


def grant_url(guild: discord.Guild, application_id: int, permissions: Iterable[str]) -> str:
    """Discord's own page, for that server alone.

    What it names takes the place of what the bot's own role has (source: discord-api-docs, issue
    2534, closed as it is), so that it names that as well, and of the rest just what is lacking.
    """
    role = guild.self_role
    value = 0 if role is None else role.permissions.value
    for name in permissions:
        value |= permission_bit(name)
    return discord.utils.oauth_url(
        application_id,
        permissions=discord.Permissions(value),
        guild=guild,
        scopes=("bot", "applications.commands"),
        disable_guild_select=True,
    )
