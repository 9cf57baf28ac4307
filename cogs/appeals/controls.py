"""Controls of appeals, the buttons of cards and listings; each checks anew, in its own server."""

from typing import Any

import discord

from bot.client.interactions import Interaction, Press, control
from bot.features.appeals.messages import APPROVE, DENY
from cogs.appeals.handlers import AppealHandlers
from cogs.appeals.views import PICK

MODERATES = "moderate_members"


class AppealControls:
    """Buttons of appeals; who may decide depends on the kind of case, and the service says."""

    def __init__(self, handlers: AppealHandlers) -> None:
        self._handlers = handlers

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        return [
            control(APPROVE, self.approve),
            control(DENY, self.deny),
            control(PICK, self.pick, permission=MODERATES),
            self._handlers.pager.item(MODERATES),
        ]

    async def approve(self, interaction: Interaction, press: Press) -> None:
        """Ask why, then lift the punishment."""
        await self._handlers.ask(interaction, int(press["appeal"]), "approved")

    async def deny(self, interaction: Interaction, press: Press) -> None:
        """Ask why, then leave the punishment as it is."""
        await self._handlers.ask(interaction, int(press["appeal"]), "denied")

    async def pick(self, interaction: Interaction, press: Press) -> None:
        """Show the one chosen from a listing, by its case's number."""
        await self._handlers.view(interaction, int(press.values[0]))
