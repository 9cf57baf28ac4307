"""Suggestions of `/ticket` while somebody types."""

from collections.abc import Iterable
from typing import Any

from bot.client.interactions import Interaction
from bot.client.ui import Choices, choices
from bot.features.tickets.service import TicketsService
from bot.user_text import visible
from cogs.tickets.visitors import visitor_of


class TicketSuggestions:
    """What the options of commands suggest; nobody is shown what they could not look at.

    Each is called with the group of the command, which has the service.
    """

    @staticmethod
    async def types(group: Any, interaction: Interaction, current: str) -> Choices[int]:
        """The types of this server."""
        tickets: TicketsService = group.tickets
        if interaction.guild_id is None:
            return []
        found = await tickets.openings.types(interaction.guild_id)
        return _numbered(((one.name, one.id) for one in found.values()), current)

    @staticmethod
    async def panels(group: Any, interaction: Interaction, current: str) -> Choices[int]:
        """The panels of this server, for whoever manages it."""
        tickets: TicketsService = group.tickets
        if interaction.guild_id is None or not interaction.permissions.manage_guild:
            return []
        found = await tickets.panels.all_of(interaction.guild_id)
        return _numbered(((one.title, one.id) for one in found), current)

    @staticmethod
    async def saved(group: Any, interaction: Interaction, current: str) -> Choices[str]:
        """The replies of this server, for its staff."""
        tickets: TicketsService = group.tickets
        if interaction.guild_id is None:
            return []
        if not await tickets.is_staff(visitor_of(interaction)):
            return []
        typed = current.strip().casefold()
        names = await tickets.replies.all_of(interaction.guild_id)
        return choices(((visible(one), one) for one in names if typed in one.casefold()), typed)


def _numbered(named: Iterable[tuple[str, int]], current: str) -> Choices[int]:
    typed = current.strip().casefold()
    shown = ((visible(name), number) for name, number in named)
    return choices((one for one in shown if typed in one[0].casefold()), typed)
