"""Commands of `/trade`: read, call, answer."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.interactions import Interaction, actor_of
from bot.client.suggestions import CurrencySuggestions
from bot.client.ui import Choices, RowNumber, choices, command
from bot.features.trades.model import GOOD_LIMIT
from bot.texts import N_
from bot.user_text import visible
from cogs.trades.handlers import TradeHandlers, TypedOffer

TradedAmount = app_commands.Range[str, 1, 40]
TradedGood = app_commands.Range[str, 1, GOOD_LIMIT]

WHICH = N_("Which one")
OFFERS = {
    "give": N_("How much money you give"),
    "give_currency": N_("Of which currency; the usual one, where you name none"),
    "give_good": N_("What you give instead of money, in words"),
    "get": N_("How much money you ask for"),
    "get_currency": N_("Of which currency; the usual one, where you name none"),
    "get_good": N_("What you ask for instead of money, in words"),
}

CURRENCIES = dict.fromkeys(("give_currency", "get_currency"), CurrencySuggestions.currencies)


@app_commands.guild_only()
class TradeCommands(
    commands.GroupCog,
    group_name="trade",
    group_description=N_("Exchange money or goods with another member"),
):
    """The trade stands in the channel for both; answers are seen by whoever asks."""

    def __init__(self, handlers: TradeHandlers) -> None:
        self._handlers = handlers
        self.funds = handlers.trades.ports.funds

    async def known(self, interaction: Interaction, current: str) -> Choices[int]:
        """The trades of whoever types that have not ended."""
        if interaction.guild_id is None:
            return []
        typed = str(current).strip()
        found = await self._handlers.suggested(actor_of(interaction), typed)
        return choices(((visible(name), number) for name, number in found), typed)

    @command(N_("Propose a trade to another member"), member=N_("With whom"), **OFFERS)
    @app_commands.autocomplete(**CURRENCIES)
    async def offer(
        self,
        interaction: Interaction,
        member: discord.Member,
        give: TradedAmount | None = None,
        get: TradedAmount | None = None,
        give_good: TradedGood | None = None,
        get_good: TradedGood | None = None,
        give_currency: RowNumber | None = None,
        get_currency: RowNumber | None = None,
    ) -> None:
        gives = TypedOffer(give, give_currency, give_good)
        gets = TypedOffer(get, get_currency, get_good)
        await self._handlers.propose(interaction, member, gives, gets)

    @command(N_("Change a trade; both of you are to confirm it anew"), trade=WHICH, **OFFERS)
    @app_commands.autocomplete(trade=known, **CURRENCIES)
    async def change(
        self,
        interaction: Interaction,
        trade: RowNumber,
        give: TradedAmount | None = None,
        get: TradedAmount | None = None,
        give_good: TradedGood | None = None,
        get_good: TradedGood | None = None,
        give_currency: RowNumber | None = None,
        get_currency: RowNumber | None = None,
    ) -> None:
        gives = TypedOffer(give, give_currency, give_good)
        gets = TypedOffer(get, get_currency, get_good)
        await self._handlers.change(interaction, trade, gives, gets)

    @command(N_("Cancel a trade, or decline it; what was held goes back"), trade=WHICH)
    @app_commands.autocomplete(trade=known)
    async def cancel(self, interaction: Interaction, trade: RowNumber) -> None:
        await self._handlers.end(interaction, trade)

    @command(N_("One of your trades"), trade=WHICH)
    @app_commands.autocomplete(trade=known)
    async def show(self, interaction: Interaction, trade: RowNumber) -> None:
        await self._handlers.show(interaction, trade)

    @command(N_("Your trades"), ended=N_("Also those that have ended"))
    async def list(self, interaction: Interaction, *, ended: bool = False) -> None:
        await self._handlers.list(interaction, is_whole=ended)
