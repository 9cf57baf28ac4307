"""Suggestions of the economy while somebody types."""

from typing import Any

from bot.client.interactions import Interaction
from bot.client.ui import Choices, choices
from bot.features.economy import Economy
from bot.user_text import visible


class CurrencySuggestions:
    """What the options of commands suggest.

    Each is called with the group of the command, which has the handlers.
    """

    @staticmethod
    async def currencies(group: Any, interaction: Interaction, current: str) -> Choices[int]:
        """The currencies of this server."""
        economy: Economy = group.handlers.economy
        if interaction.guild_id is None:
            return []
        typed = str(current).strip().casefold()  # a whole number comes as one
        found = await economy.money.currencies(interaction.guild_id)
        named = ((visible(one.name), one.id) for one in found)
        return choices((one for one in named if typed in one[0].casefold()), typed)
