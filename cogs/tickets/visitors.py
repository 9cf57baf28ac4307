"""Visitors: who acts on tickets, with what Discord says of them in the interaction."""

import discord

from bot.client.interactions import Interaction, actor_of
from bot.features.tickets.model import Visitor


def visitor_of(interaction: Interaction) -> Visitor:
    """Who acts, with the roles that they have at this moment."""
    actor = actor_of(interaction)
    roles = interaction.user.roles if isinstance(interaction.user, discord.Member) else ()
    return Visitor(
        actor.guild_id,
        actor.user_id,
        actor.name,
        frozenset(role.id for role in roles if not role.is_default()),
        manages=interaction.permissions.manage_guild,
    )
