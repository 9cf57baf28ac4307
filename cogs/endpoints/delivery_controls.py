"""The selects and buttons that look at one delivery and its attempts."""

from typing import Any

import discord

from bot.client.interactions import Press, actor_of, control, require
from bot.features.endpoints.deliveries import Detail
from cogs.endpoints.delivery_view import detail
from cogs.endpoints.services import Services

Interaction = discord.Interaction[Any]

LOOK = r"webhook:look:(?P<endpoint>[0-9]{1,18})"
OF = r"(?P<endpoint>[0-9]{1,18}):(?P<delivery>[0-9]{1,18})"
ATTEMPTS = rf"webhook:attempts:{OF}:(?P<page>[0-9]{{1,6}}):(?:newer|older)"
ANSWER = rf"webhook:answer:{OF}:(?P<page>[0-9]{{1,6}})"


class DeliveryControls:
    """What each of them does; the endpoint is looked up in the guild of the click."""

    def __init__(self, services: Services) -> None:
        self._deliveries = services.deliveries

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        return [
            control(LOOK, self.look),
            control(ATTEMPTS, self.turn_attempts),
            control(ANSWER, self.pick_attempt),
        ]

    async def look(self, interaction: Interaction, press: Press) -> None:
        """Show one delivery with its attempts."""
        found = await self._detail(interaction, press, press.values[0])
        await interaction.response.send_message(view=detail(found), ephemeral=True)

    async def turn_attempts(self, interaction: Interaction, press: Press) -> None:
        """Show newer or older attempts."""
        found = await self._detail(interaction, press, press["delivery"])
        await interaction.response.edit_message(view=detail(found, page=int(press["page"])))

    async def pick_attempt(self, interaction: Interaction, press: Press) -> None:
        """Show the answer to another attempt."""
        found = await self._detail(interaction, press, press["delivery"])
        view = detail(found, page=int(press["page"]), picked=int(press.values[0]))
        await interaction.response.edit_message(view=view)

    async def _detail(self, interaction: Interaction, press: Press, delivery: str) -> Detail:
        require(interaction, manage_guild=True)
        guild_id = actor_of(interaction).guild_id
        return await self._deliveries.look(guild_id, int(press["endpoint"]), int(delivery))
