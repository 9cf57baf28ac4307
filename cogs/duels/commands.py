"""Commands of `/duel`: read, call, answer."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.interactions import Interaction
from bot.client.suggestions import CurrencySuggestions
from bot.client.ui import Choices, RowNumber, choices, command
from bot.features.duels.model import DuelState
from bot.texts import N_
from bot.user_text import visible
from cogs.duels.handlers import DuelHandlers

DuelStake = app_commands.Range[str, 1, 40]

WHICH = N_("Which one")


@app_commands.guild_only()
class DuelCommands(
    commands.GroupCog,
    group_name="duel",
    group_description=N_("Duel another member for a stake, by wit and dice"),
):
    """A duel stands in the channel for both; most answers are seen by whoever asks."""

    def __init__(self, handlers: DuelHandlers) -> None:
        self._handlers = handlers
        self.funds = handlers.duels.ports.funds

    async def known(self, interaction: Interaction, current: str) -> Choices[int]:
        """The duels of whoever types."""
        return await self._suggested(interaction, current, *DuelState)

    async def challenged(self, interaction: Interaction, current: str) -> Choices[int]:
        """Their challenges that stand."""
        return await self._suggested(interaction, current, DuelState.CHALLENGED)

    @command(
        N_("Challenge another member"),
        member=N_("Whom"),
        stake=N_("How much each of you stakes"),
        currency=N_("Of which currency; the usual one, where you name none"),
    )
    @app_commands.autocomplete(currency=CurrencySuggestions.currencies)
    async def challenge(
        self,
        interaction: Interaction,
        member: discord.Member,
        stake: DuelStake,
        currency: RowNumber | None = None,
    ) -> None:
        await self._handlers.challenge(interaction, member, stake, currency)

    @command(N_("Decline a challenge"), duel=WHICH)
    @app_commands.autocomplete(duel=challenged)
    async def decline(self, interaction: Interaction, duel: RowNumber) -> None:
        await self._handlers.end(interaction, duel)

    @command(N_("Take a challenge of yours back"), duel=WHICH)
    @app_commands.autocomplete(duel=challenged)
    async def cancel(self, interaction: Interaction, duel: RowNumber) -> None:
        await self._handlers.end(interaction, duel)

    @command(N_("One of your duels, and once it has ended the seed of its dice"), duel=WHICH)
    @app_commands.autocomplete(duel=known)
    async def view(self, interaction: Interaction, duel: RowNumber) -> None:
        await self._handlers.view(interaction, duel)

    @command(N_("Your duels that are over"))
    async def history(self, interaction: Interaction) -> None:
        await self._handlers.history(interaction)

    @command(N_("The best duelists of this server"))
    async def table(self, interaction: Interaction) -> None:
        await self._handlers.table(interaction)

    @command(N_("Somebody's rating and results"), member=N_("Whose; yours without"))
    async def stats(self, interaction: Interaction, member: discord.Member | None = None) -> None:
        await self._handlers.stats(interaction, member or interaction.user)

    async def _suggested(
        self, interaction: Interaction, current: str, *states: DuelState
    ) -> Choices[int]:
        if interaction.guild_id is None:
            return []
        typed = str(current).strip()
        found = await self._handlers.suggested(interaction, typed, states)
        return choices(((visible(name), number) for name, number in found), typed)
