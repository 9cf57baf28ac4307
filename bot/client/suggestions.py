"""Suggestions that the commands of several features make while somebody types."""

from typing import Any

from bot.client.interactions import Interaction
from bot.client.ui import Choices, choices
from bot.feature import Funds
from bot.user_text import sought, visible


class CurrencySuggestions:
    """What an option suggests that names a currency.

    It is called with the group of the command, which has `funds`.
    """

    @staticmethod
    async def currencies(group: Any, interaction: Interaction, current: str) -> Choices[int]:
        """The currencies of this server."""
        funds: Funds = group.funds
        if interaction.guild_id is None:
            return []
        typed = str(current).strip()  # a whole number comes as one
        found = await funds.currencies(interaction.guild_id)
        named = [(visible(one.name), one.id) for one in found]
        return choices((one for one in named if sought(typed) in sought(one[0])), typed)
