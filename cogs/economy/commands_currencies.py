"""Commands of `/economy currency`: read, call, answer."""

from typing import Literal, cast

from discord import app_commands
from discord.app_commands import Choice

from bot.client.interactions import Interaction, actor_of, require, working
from bot.client.suggestions import CurrencySuggestions
from bot.client.ui import RowNumber, command
from bot.features.economy.currencies import NAME_LIMIT
from bot.money import Currency
from bot.texts import N_, _
from cogs.economy import currency_views, views
from cogs.economy.handlers import EconomyHandlers

Name = app_commands.Range[str, 1, NAME_LIMIT]
Symbol = app_commands.Range[str, 1, 60]
ONE = N_("Which currency")
CALLED = N_("What it is called, such as Coins")
MARKED = N_("What stands behind an amount, such as 🪙 or €, or an emoji of this server")


class CurrencyCommands(app_commands.Group):
    """For whoever manages the server; each answer is seen by nobody else."""

    def __init__(self, handlers: EconomyHandlers) -> None:
        super().__init__(name="currency", description=N_("The currencies of this server"))
        self.handlers = handlers
        self._currencies = handlers.economy.currencies
        self.funds = handlers.economy.money

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        require(interaction, manage_guild=True)
        return True

    @command(
        N_("Make a currency"),
        name=CALLED,
        symbol=MARKED,
        decimals=N_("Whether it has cents; it stays that way"),
    )
    @app_commands.choices(decimals=[Choice(name="250", value=0), Choice(name="2.50", value=2)])
    async def create(
        self, interaction: Interaction, name: Name, symbol: Symbol, decimals: int = 0
    ) -> None:
        places = cast("Literal[0, 2]", decimals)
        async with working(interaction) as answer:
            made = await self._currencies.create(
                actor_of(interaction), name, symbol, decimals=places
            )
            text = _("The currency “{name}” is there: {example}.")
            await answer(_about(text, made))

    @command(
        N_("Rename a currency, or give it another symbol"), currency=ONE, name=CALLED, symbol=MARKED
    )
    @app_commands.autocomplete(currency=CurrencySuggestions.currencies)
    async def edit(
        self,
        interaction: Interaction,
        currency: RowNumber,
        name: Name | None = None,
        symbol: Symbol | None = None,
    ) -> None:
        async with working(interaction) as answer:
            changed = await self._currencies.edit(
                actor_of(interaction), currency, name=name, symbol=symbol
            )
            await answer(_about(_("The currency is “{name}” now: {example}."), changed))

    @command(N_("Make a currency the one that is earned and meant"), currency=ONE)
    @app_commands.autocomplete(currency=CurrencySuggestions.currencies)
    async def default(self, interaction: Interaction, currency: RowNumber) -> None:
        async with working(interaction) as answer:
            changed = await self._currencies.make_default(actor_of(interaction), currency)
            await answer(_about(_("Messages, voice and the daily pay “{name}” now."), changed))

    @command(N_("Delete a currency; asks first"), currency=ONE)
    @app_commands.autocomplete(currency=CurrencySuggestions.currencies)
    async def delete(self, interaction: Interaction, currency: RowNumber) -> None:
        await self.handlers.ask_deletion(interaction, currency)

    @command(N_("All currencies of this server"))
    async def list(self, interaction: Interaction) -> None:
        async with working(interaction) as answer:
            guild_id = actor_of(interaction).guild_id
            found = await self.handlers.economy.money.currencies(guild_id)
            await answer(currency_views.listed(found))


def _about(text: str, one: Currency) -> str:
    return text.format(name=views.named(one), example=one.shown(one.unit))
