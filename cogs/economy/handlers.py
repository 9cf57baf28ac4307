"""Handlers of the economy: what commands and buttons share."""

from typing import Any

import discord

from bot.client.interactions import (
    Interaction,
    Press,
    actor_of,
    control,
    redraw,
    require,
    working,
)
from bot.client.ui import Pager
from bot.controls import Picture, Post
from bot.features.economy import Economy
from bot.features.economy.statements import FortunesPage, StatementPage, StatementQuery
from bot.features.economy.transfers import Payee
from bot.texts import _
from cogs.economy import currency_views, views


class EconomyHandlers:
    """Lists and questions; who may look at somebody else's statement is asked at each click."""

    def __init__(self, economy: Economy) -> None:
        self.economy = economy
        statements = economy.statements
        self.ledger: Pager[StatementQuery, StatementPage] = Pager(
            views.LEDGER,
            write=lambda query: {"user": query.user_id, "currency": query.currency_id or 0},
            read=_query_of,
            find=statements.page,
            draw=views.statement,
        )
        self.richest: Pager[int, FortunesPage] = Pager(
            views.RICHEST,
            write=lambda currency_id: {"currency": currency_id},
            read=lambda press: int(press["currency"]),
            find=lambda guild_id, currency_id, number: statements.richest(
                guild_id, currency_id or None, number
            ),
            draw=lambda page, _: views.richest(page),
        )

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        return [
            control(views.LEDGER, self._turn),
            self.richest.item(None),
            control(currency_views.DELETE, self._delete, permission="manage_guild"),
            control(currency_views.KEEP, self._keep, permission="manage_guild"),
        ]

    async def statement(
        self, interaction: Interaction, query: StatementQuery, *, as_file: bool
    ) -> None:
        """A statement as pages, or all of it as a file."""
        guild_id = actor_of(interaction).guild_id
        async with working(interaction) as answer:
            if not as_file:
                await answer(await self.ledger.page(guild_id, query))
                return
            content = await self.economy.statements.export(guild_id, query)
            file = Picture("ledger.csv", content, _("A table of everything that moved"))
            await answer(
                Post(text=_("Here is everything that moved, the oldest first."), picture=file)
            )

    async def ask_deletion(self, interaction: Interaction, currency_id: int) -> None:
        """Ask before a currency is deleted."""
        async with working(interaction) as answer:
            guild_id = actor_of(interaction).guild_id
            found = await self.economy.statements.books(guild_id, currency_id)
            await answer(currency_views.deletion(found))

    async def _turn(self, interaction: Interaction, press: Press) -> None:
        query = _query_of(press)
        if query.user_id != interaction.user.id:
            require(interaction, manage_guild=True)
        await interaction.response.defer()
        guild_id = actor_of(interaction).guild_id
        await redraw(interaction, await self.ledger.page(guild_id, query, int(press["page"])))

    async def _delete(self, interaction: Interaction, press: Press) -> None:
        await interaction.response.defer()
        currency_id = int(press["currency"])
        gone = await self.economy.currencies.delete(actor_of(interaction), currency_id)
        text = _("The currency “{name}” is deleted.")
        await redraw(interaction, text.format(name=views.named(gone)))

    async def _keep(self, interaction: Interaction, _press: Press) -> None:
        await redraw(interaction, _("Nothing was deleted."))


def payee(user: discord.User | discord.Member) -> Payee:
    """Somebody whose wallet is meant."""
    return Payee(user.id, is_bot=user.bot)


def _query_of(press: Press) -> StatementQuery:
    return StatementQuery(int(press["user"]), int(press["currency"]) or None)
