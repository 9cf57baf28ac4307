"""Handlers of trades, for commands and buttons: call the service, and answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import discord

from bot.acts import Actor
from bot.client.interactions import Interaction, Press, actor_of, control, redraw, reply, working
from bot.client.ui import Pager
from bot.controls import Post
from bot.errors import UserError
from bot.feature import Funds
from bot.features.trades.messages import CONFIRM, END
from bot.features.trades.model import Offer, good_of
from bot.features.trades.service import TradesService
from bot.features.trades.store import TradePage
from bot.features.trades.transitions import Proposal
from bot.texts import _
from bot.user_text import sought
from cogs.trades import views


@dataclass(frozen=True, slots=True)
class TypedOffer:
    """Options of a command that say what one side gives."""

    amount: str | None
    currency_id: int | None
    good: str | None

    async def read(self, funds: Funds, guild_id: int) -> Offer | None:
        """The offer; None where nothing of it was given. A UserError says what does not fit."""
        if self.good is not None:
            if self.amount is not None or self.currency_id is not None:
                raise UserError(_("A side gives money or a good: name one of the two."))
            return Offer(good=good_of(self.good))
        if self.amount is None:
            if self.currency_id is not None:
                raise UserError(_("Say how much of that currency."))
            return None
        currency = await funds.currency(guild_id, self.currency_id)
        return Offer(currency_id=currency.id, amount=currency.parse(self.amount))


class TradeHandlers:
    """What commands and buttons share; everything is looked up in the server it happened in.

    Whose trades a list shows is never read from its buttons: it is whoever presses them.
    """

    def __init__(self, trades: TradesService) -> None:
        self.trades = trades
        self._pager: Pager[tuple[int, bool, views.TradeCurrencies], TradePage] = Pager(
            views.PAGE,
            write=lambda query: {"all": int(query[1])},
            read=lambda press: (0, press["all"] == "1", {}),
            find=lambda guild_id, query, number: trades.page(
                guild_id, query[0], number, is_whole=query[1]
            ),
            draw=lambda page, query: views.listed(page, query[2], is_whole=query[1]),
        )

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        return [
            control(CONFIRM, self._confirm),
            control(END, self._end),
            control(views.PAGE, self._turn),
        ]

    async def propose(
        self, interaction: Interaction, member: discord.Member, gives: TypedOffer, gets: TypedOffer
    ) -> None:
        """Set one up where it was typed, and say what came of its message."""
        if member.bot:
            raise UserError(_("Bots do not trade: name a person."))
        async with working(interaction) as answer:
            actor, funds = actor_of(interaction), self.trades.ports.funds
            await self.trades.ports.require(actor.guild_id)
            mine, theirs = [await one.read(funds, actor.guild_id) for one in (gives, gets)]
            if mine is None or theirs is None:
                raise UserError(_("Say what you give and what you get: money, or a good in words."))
            channel_id = interaction.channel_id or 0
            made = await self.trades.transitions.propose(
                actor, Proposal(channel_id, member.id, mine, theirs)
            )
            await answer(views.proposed(made, await self.trades.shown(made)))

    async def change(
        self, interaction: Interaction, trade_id: int, gives: TypedOffer, gets: TypedOffer
    ) -> None:
        async with working(interaction) as answer:
            actor, funds = actor_of(interaction), self.trades.ports.funds
            mine, theirs = [await one.read(funds, actor.guild_id) for one in (gives, gets)]
            changed = await self.trades.transitions.change(actor, trade_id, gives=mine, gets=theirs)
            await answer(views.changed(changed))

    async def end(self, interaction: Interaction, trade_id: int) -> None:
        async with working(interaction) as answer:
            await answer(
                views.ended(await self.trades.transitions.end(actor_of(interaction), trade_id))
            )

    async def show(self, interaction: Interaction, trade_id: int) -> None:
        """To one of the two, as it stands in the channel, without pinging anybody."""
        actor = actor_of(interaction)
        trade, names = await self.trades.known(actor.guild_id, trade_id)
        trade.side_of(actor.user_id)
        await reply(interaction, replace(views.shown(trade, names), pings=()))

    async def list(self, interaction: Interaction, *, is_whole: bool) -> None:
        await reply(interaction, await self._page(actor_of(interaction), 1, is_whole=is_whole))

    async def suggested(self, actor: Actor, typed: str) -> Sequence[tuple[str, int]]:
        """The trades of whoever types, each in words, those that hold what was typed."""
        names = await self.trades.messages.names(actor.guild_id)
        found = await self.trades.suggested(actor.guild_id, actor.user_id)
        named = [(views.named(one, names), one.id) for one in found]
        return [one for one in named if sought(typed) in sought(one[0])]

    async def _confirm(self, interaction: Interaction, press: Press) -> None:
        async with working(interaction) as answer:
            confirmed = await self.trades.transitions.confirm(
                actor_of(interaction), int(press["trade"]), int(press["version"])
            )
            await answer(views.confirmed(confirmed))

    async def _end(self, interaction: Interaction, press: Press) -> None:
        await self.end(interaction, int(press["trade"]))

    async def _turn(self, interaction: Interaction, press: Press) -> None:
        await interaction.response.defer()
        actor, number = actor_of(interaction), int(press["page"])
        await redraw(interaction, await self._page(actor, number, is_whole=press["all"] == "1"))

    async def _page(self, actor: Actor, number: int, *, is_whole: bool) -> Post:
        names = await self.trades.messages.names(actor.guild_id)
        return await self._pager.page(actor.guild_id, (actor.user_id, is_whole, names), number)
