"""Handlers of the casino: what its commands and buttons share."""

from datetime import timedelta
from typing import Any

import discord

from bot.client.interactions import Interaction, Press, actor_of, control, redraw, working
from bot.client.ui import Pager
from bot.controls import SNOWFLAKE, ControlId, Post
from bot.features.casino.blackjack import Move
from bot.features.casino.model import BLACKJACK, Bet, CasinoRound
from bot.features.casino.service import CasinoService, RoundPage
from bot.texts import _
from cogs.casino import account_views, odds_views, views

TURN = ControlId("casino:rounds", user=SNOWFLAKE, page="[0-9]{1,9}", way="back|next")


class CasinoHandlers:
    """All that is shown and done is of the person who presses."""

    def __init__(self, casino: CasinoService) -> None:
        self.casino = casino
        self.pager: Pager[int, RoundPage] = Pager(
            TURN,
            write=lambda user_id: {"user": user_id},
            read=lambda press: int(press["user"]),
            find=casino.history,
            draw=account_views.history,
        )

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        return [
            control(views.PLAY, self._play),
            control(views.PICK, self._pick),
            control(views.MOVE, self._move),
            control(account_views.PAUSE, self._pause),
            control(account_views.STAY, self._stay),
            self.pager.item(None),
        ]

    async def sit_down(
        self, interaction: Interaction, game: str, bet: str, currency_id: int | None
    ) -> None:
        """Show a table for that stake, or the hand that they are in the middle of."""
        async with working(interaction) as answer:
            actor = actor_of(interaction)
            standing = None
            if game == BLACKJACK:
                standing = await self.casino.rounds.standing(actor.guild_id, actor.user_id)
            if standing is not None:
                await answer(await self._drawn(standing))
                return
            order = await self.casino.order(actor.guild_id, game, bet, currency_id)
            await answer(await self._table(actor.guild_id, actor.user_id, order))

    async def _play(self, interaction: Interaction, press: Press) -> None:
        await self._bet(interaction, views.bet_of(press.groups, press["choice"]))

    async def _pick(self, interaction: Interaction, press: Press) -> None:
        await self._bet(interaction, views.bet_of(press.groups, press.values[0]))

    async def _bet(self, interaction: Interaction, bet: Bet) -> None:
        """Play it; where another round was played meanwhile, show the new table instead."""
        await interaction.response.defer()
        actor = actor_of(interaction)
        one = await self.casino.rounds.play(actor.guild_id, actor.user_id, bet)
        if one is not None:
            await redraw(interaction, await self._drawn(one))
            return
        note = _("Another round was played since this table was shown. This is the next one.")
        await redraw(interaction, await self._table(actor.guild_id, actor.user_id, bet, note))

    async def _move(self, interaction: Interaction, press: Press) -> None:
        await interaction.response.defer()
        actor, number = actor_of(interaction), int(press["number"])
        one = await self.casino.hands.move(
            actor.guild_id, actor.user_id, number, at=int(press["at"]), move=Move(press["move"])
        )
        await redraw(interaction, await self._drawn(one))

    async def _pause(self, interaction: Interaction, press: Press) -> None:
        await interaction.response.defer()
        actor, lasts = actor_of(interaction), timedelta(seconds=int(press["seconds"]))
        player = await self.casino.players.pause(actor.guild_id, actor.user_id, lasts)
        said = account_views.pause_words(player, self.casino.ports.clock.now())
        await redraw(interaction, _("The casino is paused for you: {how}.").format(how=said))

    async def _stay(self, interaction: Interaction, _press: Press) -> None:
        await redraw(interaction, _("Nothing has changed."))

    async def _table(self, guild_id: int, user_id: int, bet: Bet, note: str = "") -> Post:
        seen = await self.casino.rounds.table(guild_id, user_id, bet)
        odds = await odds_views.table_text(bet.game, seen.currency, bet.stake)
        return views.table(seen, odds, note)

    async def _drawn(self, one: CasinoRound) -> Post:
        if one.is_open:
            return views.hand(one, await self.casino.ports.currency_of(one))
        seen = await self.casino.rounds.next_table(one)
        return views.played(one, seen, await odds_views.edge_words(one.game, one.stake))
