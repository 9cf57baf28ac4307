"""Commands about one's own money: read, call, answer."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.interactions import Interaction, actor_of, show, working
from bot.client.suggestions import CurrencySuggestions
from bot.client.ui import RowNumber, command
from bot.features.economy.statements import StatementQuery
from bot.features.economy.transfers import REASON_LIMIT
from bot.texts import N_
from cogs.economy import views
from cogs.economy.handlers import EconomyHandlers, payee

Amount = app_commands.Range[str, 1, 60]
PaidFor = app_commands.Range[str, 1, REASON_LIMIT]
WHICH = N_("Which currency; the server's usual one where you choose none")


class MoneyCommands(commands.Cog):
    """Commands of everybody; only a payment is seen by others."""

    def __init__(self, handlers: EconomyHandlers) -> None:
        self.handlers = handlers
        self._economy = handlers.economy
        self.funds = handlers.economy.money

    @command(N_("What you have"), user=N_("What somebody else has"))
    @app_commands.guild_only()
    async def balance(self, interaction: Interaction, user: discord.User | None = None) -> None:
        whose = user or interaction.user
        async with working(interaction) as answer:
            guild_id = actor_of(interaction).guild_id
            purse = await self._economy.statements.purse(guild_id, whose.id)
            is_own = whose.id == interaction.user.id
            await answer(views.wallet(purse, whose.id, is_own=is_own))

    @command(N_("Take today's money; days in a row make it more"))
    @app_commands.guild_only()
    async def daily(self, interaction: Interaction) -> None:
        async with working(interaction) as answer:
            await answer(views.taken(await self._economy.dailies.take(actor_of(interaction))))

    @command(
        N_("Pay somebody"),
        user=N_("Whom to pay"),
        amount=N_("How much, such as 250"),
        reason=N_("What for; they read it"),
        currency=WHICH,
    )
    @app_commands.guild_only()
    @app_commands.autocomplete(currency=CurrencySuggestions.currencies)
    async def pay(
        self,
        interaction: Interaction,
        user: discord.Member,
        amount: Amount,
        reason: PaidFor | None = None,
        currency: RowNumber | None = None,
    ) -> None:
        actor, why = actor_of(interaction), reason or ""
        async with working(interaction) as answer:
            made = await self._economy.transfers.pay(
                actor, payee(user), amount, currency_id=currency, reason=why
            )
            await answer(views.paid(made, user.id))
        await show(interaction, views.payment(made, actor.user_id, user.id, why))

    @command(
        N_("Everything that moved in your wallet"),
        currency=N_("Only of one currency"),
        file=N_("All of it as a table (CSV)"),
    )
    @app_commands.guild_only()
    @app_commands.autocomplete(currency=CurrencySuggestions.currencies)
    async def ledger(
        self, interaction: Interaction, currency: RowNumber | None = None, *, file: bool = False
    ) -> None:
        query = StatementQuery(interaction.user.id, currency)
        await self.handlers.statement(interaction, query, as_file=file)

    @command(N_("Who has most"), currency=WHICH)
    @app_commands.guild_only()
    @app_commands.autocomplete(currency=CurrencySuggestions.currencies)
    async def richest(self, interaction: Interaction, currency: RowNumber | None = None) -> None:
        async with working(interaction) as answer:
            guild_id = actor_of(interaction).guild_id
            await answer(await self.handlers.richest.page(guild_id, currency or 0))
