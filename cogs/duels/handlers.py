"""Handlers of duels, for commands and buttons: call the service, and answer."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import discord

from bot.client.interactions import Interaction, Press, actor_of, control, redraw, reply, working
from bot.client.ui import Pager
from bot.controls import Post
from bot.errors import UserError
from bot.features.duels.duelist_store import DuelistPage
from bot.features.duels.game import DuelMove
from bot.features.duels.messages import ACCEPT, END, MOVE
from bot.features.duels.model import Challenge, DuelState
from bot.features.duels.service import DuelsService
from bot.texts import _
from bot.user_text import sought
from cogs.duels import views


class DuelHandlers:
    """What commands and buttons share; everything is looked up in the server it happened in.

    Whose duels a list shows is never read from its buttons: it is whoever presses them.
    """

    def __init__(self, duels: DuelsService) -> None:
        self.duels = duels
        self._table: Pager[None, DuelistPage] = Pager(
            views.TABLE,
            write=lambda _query: {},
            read=lambda _press: None,
            find=lambda guild_id, _query, number: duels.table(guild_id, number),
            draw=lambda page, _query: views.table(page),
        )
        self._history: Pager[views.HistoryQuery, views.DuelPage] = Pager(
            views.PAGE,
            write=lambda _query: {},
            read=lambda _press: (0, {}),
            find=lambda guild_id, query, number: duels.history(guild_id, query[0], number),
            draw=views.history,
        )

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        return [
            control(ACCEPT, self._accept),
            control(END, self._end),
            control(MOVE, self._move),
            control(views.PAGE, self._turn),
            self._table.item(None),
        ]

    async def challenge(
        self,
        interaction: Interaction,
        member: discord.Member,
        stake: str,
        currency_id: int | None,
    ) -> None:
        """Challenge where it was typed, and say what came of the message."""
        if member.bot:
            raise UserError(_("Bots do not duel: name a person."))
        async with working(interaction) as answer:
            channel_id = interaction.channel_id or 0
            made = await self.duels.challenges.challenge(
                actor_of(interaction), Challenge(channel_id, member.id, currency_id, stake)
            )
            await answer(views.challenged(made, await self.duels.shown(made)))

    async def end(self, interaction: Interaction, duel_id: int) -> None:
        async with working(interaction) as answer:
            ended = await self.duels.challenges.end(actor_of(interaction), duel_id)
            await answer(views.ended(ended))

    async def view(self, interaction: Interaction, duel_id: int) -> None:
        """To one of the two, as it stands in the channel, without pinging anybody."""
        actor = actor_of(interaction)
        duel, currency = await self.duels.known(actor.guild_id, duel_id)
        duel.side_of(actor.user_id)
        await reply(interaction, replace(views.shown(duel, currency), pings=()))

    async def history(self, interaction: Interaction) -> None:
        await reply(interaction, await self._page(interaction, 1))

    async def table(self, interaction: Interaction) -> None:
        """To everybody in the channel."""
        async with working(interaction, is_public=True) as answer:
            await answer(await self._table.page(actor_of(interaction).guild_id, None))

    async def stats(self, interaction: Interaction, member: discord.Member | discord.User) -> None:
        found = await self.duels.stats(actor_of(interaction).guild_id, member.id)
        await reply(interaction, views.stats(member.id, found))

    async def suggested(
        self, interaction: Interaction, typed: str, states: Collection[DuelState]
    ) -> Sequence[tuple[str, int]]:
        """The duels of whoever types, each in words, those that hold what was typed."""
        actor = actor_of(interaction)
        names = await self._names(actor.guild_id)
        found = await self.duels.suggested(actor.guild_id, actor.user_id, states)
        named = [(views.named(one, names), one.id) for one in found]
        return [one for one in named if sought(typed) in sought(one[0])]

    async def _accept(self, interaction: Interaction, press: Press) -> None:
        async with working(interaction) as answer:
            begun = await self.duels.challenges.accept(actor_of(interaction), int(press["duel"]))
            await answer(views.accepted(begun, await self.duels.shown(begun)))

    async def _end(self, interaction: Interaction, press: Press) -> None:
        await self.end(interaction, int(press["duel"]))

    async def _move(self, interaction: Interaction, press: Press) -> None:
        """Only whoever presses sees what they chose."""
        async with working(interaction) as answer:
            move = DuelMove.of(press["move"])
            moved = await self.duels.bouts.move(
                actor_of(interaction), int(press["duel"]), int(press["round"]), move
            )
            await answer(views.moved(moved, move))

    async def _turn(self, interaction: Interaction, press: Press) -> None:
        await interaction.response.defer()
        await redraw(interaction, await self._page(interaction, int(press["page"])))

    async def _page(self, interaction: Interaction, number: int) -> Post:
        actor = actor_of(interaction)
        query = (actor.user_id, await self._names(actor.guild_id))
        return await self._history.page(actor.guild_id, query, number)

    async def _names(self, guild_id: int) -> views.DuelCurrencies:
        return {one.id: one for one in await self.duels.ports.funds.currencies(guild_id)}
