"""Commands of `/economy`, for whoever manages the server: read, call, answer."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.interactions import Interaction, actor_of, working
from bot.client.suggestions import CurrencySuggestions
from bot.client.ui import RowNumber, StaffCog, command
from bot.features.economy.adjustments import Way
from bot.features.economy.statements import StatementQuery
from bot.texts import N_, ngettext
from cogs.economy import views
from cogs.economy.commands import WHICH, Amount, PaidFor
from cogs.economy.handlers import EconomyHandlers, payee

WHO = N_("Whose wallet; a user id works too")
WHY = N_("Why; it stands in their ledger and in the audit log")


class EconomyCommands(
    StaffCog,
    commands.GroupCog,
    permission="manage_guild",
    group_name="economy",
    group_description=N_("The money of this server"),
):
    """Each answer is seen by nobody but the person who asks."""

    def __init__(self, handlers: EconomyHandlers) -> None:
        self.handlers = handlers
        self._economy = handlers.economy
        self.funds = handlers.economy.money

    @command(N_("Give somebody money"), user=WHO, amount=N_("How much"), reason=WHY, currency=WHICH)
    @app_commands.autocomplete(currency=CurrencySuggestions.currencies)
    async def give(
        self,
        interaction: Interaction,
        user: discord.User,
        amount: Amount,
        reason: PaidFor | None = None,
        currency: RowNumber | None = None,
    ) -> None:
        await self._adjust(interaction, user, "give", amount, reason, currency)

    @command(
        N_("Take money from somebody"), user=WHO, amount=N_("How much"), reason=WHY, currency=WHICH
    )
    @app_commands.autocomplete(currency=CurrencySuggestions.currencies)
    async def take(
        self,
        interaction: Interaction,
        user: discord.User,
        amount: Amount,
        reason: PaidFor | None = None,
        currency: RowNumber | None = None,
    ) -> None:
        await self._adjust(interaction, user, "take", amount, reason, currency)

    @command(
        N_("Say what somebody has"),
        user=WHO,
        amount=N_("What they have from now on; 0 empties it"),
        reason=WHY,
        currency=WHICH,
    )
    @app_commands.autocomplete(currency=CurrencySuggestions.currencies)
    async def set(
        self,
        interaction: Interaction,
        user: discord.User,
        amount: Amount,
        reason: PaidFor | None = None,
        currency: RowNumber | None = None,
    ) -> None:
        await self._adjust(interaction, user, "set", amount, reason, currency)

    @command(
        N_("Empty all wallets of somebody and forget their days in a row"), user=WHO, reason=WHY
    )
    async def reset(
        self, interaction: Interaction, user: discord.User, reason: PaidFor | None = None
    ) -> None:
        async with working(interaction) as answer:
            count = await self._economy.adjustments.reset(
                actor_of(interaction), user.id, reason=reason or ""
            )
            text = ngettext(
                "{count} wallet of {user} was emptied, and the days in a row are forgotten.",
                "{count} wallets of {user} were emptied, and the days in a row are forgotten.",
                count,
            )
            await answer(text.format(count=count, user=user.mention))

    @command(
        N_("Everything that moved in somebody's wallet"),
        user=WHO,
        currency=N_("Only of one currency"),
        file=N_("All of it as a table (CSV)"),
    )
    @app_commands.autocomplete(currency=CurrencySuggestions.currencies)
    async def ledger(
        self,
        interaction: Interaction,
        user: discord.User,
        currency: RowNumber | None = None,
        *,
        file: bool = False,
    ) -> None:
        query = StatementQuery(user.id, currency)
        await self.handlers.statement(interaction, query, as_file=file)

    @command(N_("Where all of a currency is"), currency=WHICH)
    @app_commands.autocomplete(currency=CurrencySuggestions.currencies)
    async def books(self, interaction: Interaction, currency: RowNumber | None = None) -> None:
        async with working(interaction) as answer:
            guild_id = actor_of(interaction).guild_id
            await answer(views.books(await self._economy.statements.books(guild_id, currency)))

    async def _adjust(
        self,
        interaction: Interaction,
        user: discord.User,
        way: Way,
        amount: str,
        reason: str | None,
        currency: int | None,
    ) -> None:
        async with working(interaction) as answer:
            made = await self._economy.adjustments.adjust(
                actor_of(interaction),
                payee(user),
                way,
                amount,
                currency_id=currency,
                reason=reason or "",
            )
            await answer(views.adjusted(made, user.id))
