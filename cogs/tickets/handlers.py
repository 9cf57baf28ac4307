"""Handlers of tickets for commands, panels and cards: call the service, and answer."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord

from bot.client.interactions import (
    Interaction,
    Press,
    actor_of,
    control,
    redraw,
    working,
)
from bot.client.ui import Pager, ReasonModal
from bot.features.tickets import cards, panels
from bot.features.tickets.model import REASON_LIMIT, Ticket
from bot.features.tickets.openings import TicketRequest
from bot.features.tickets.service import TicketsService
from bot.features.tickets.store import TicketPage
from bot.texts import _
from cogs.tickets import views
from cogs.tickets.forms import Answers, TicketForm, Uploads
from cogs.tickets.visitors import visitor_of

_Change = Callable[[Ticket], Awaitable[Ticket]]


class TicketHandlers:
    """What commands and buttons share; everything is looked up in the server it happened in."""

    def __init__(self, tickets: TicketsService) -> None:
        self.tickets = tickets
        self.pager: Pager[int | None, TicketPage] = Pager(
            views.PAGE,
            write=lambda opener: {"mine": int(opener is not None)},
            read=lambda _press: None,
            find=lambda guild_id, opener, number: tickets.page(guild_id, number, opener),
            draw=lambda page, opener: views.listed(page, opener is not None),
        )

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages; who may is asked of the service."""
        return [
            control(panels.OPEN, self._open_pressed),
            control(panels.CHOOSE, self._chosen),
            control(cards.CLAIM, self._claim_pressed),
            control(cards.CLOSE, self._close_pressed),
            control(cards.REOPEN, self._reopen_pressed),
            control(cards.ACCEPT, self._accepted),
            control(cards.DECLINE, self._declined),
            control(views.PAGE, self._turned),
        ]

    async def ticket(self, interaction: Interaction, number: int | None) -> Ticket:
        """The one named, or the one that lives where the command was given."""
        guild_id = actor_of(interaction).guild_id
        if number is not None:
            return await self.tickets.numbered(guild_id, number)
        return await self.tickets.here(guild_id, interaction.channel_id or 0)

    async def begin(
        self,
        interaction: Interaction,
        type_id: int,
        subject: str = "",
        person: discord.Member | None = None,
    ) -> None:
        """Ask the type's questions, where it has any, and open one."""
        visitor = visitor_of(interaction)
        opener = None if person is None else (person.id, person.name)
        if person is None:
            kind = await self.tickets.openings.ready(visitor, type_id)
        else:
            kind = await self.tickets.types.find(visitor.guild_id, type_id)

        async def submit(interaction: Interaction, answers: Answers, files: Uploads) -> None:
            first = next((one for one in answers.values() if one), "")
            request = TicketRequest(type_id, subject or first, answers, opener)
            await self._open(interaction, request, files)

        if kind.form and person is None:
            await interaction.response.send_modal(TicketForm(kind, submit))
        else:
            await self._open(interaction, TicketRequest(type_id, subject, opener=opener), ())

    async def _open(self, interaction: Interaction, request: TicketRequest, files: Uploads) -> None:
        async with working(interaction) as answer:
            ticket = await self.tickets.openings.open(visitor_of(interaction), request)
            shown = views.opened if request.opener is None else views.opened_for
            await answer(shown(ticket))
            for one in files:
                text = await self.tickets.openings.hand_in(ticket, one.filename, one.url)
                if text:
                    await answer(text)

    async def close(self, interaction: Interaction, ticket: Ticket, reason: str | None) -> None:
        """Close it, by a command."""
        async with working(interaction) as answer:
            visitor = visitor_of(interaction)
            closed = await self.tickets.closures.close(visitor, ticket, reason, "staff_command")
            await answer(views.closed(closed))

    async def ask(self, interaction: Interaction, ticket: Ticket, reason: str | None) -> None:
        """Ask the other side, in the room."""
        async with working(interaction) as answer:
            asked = await self.tickets.closures.ask(visitor_of(interaction), ticket, reason)
            await self.tickets.write(asked, views.asked(asked))
            await answer(_("They were asked."))

    async def reopen(self, interaction: Interaction, number: int) -> None:
        async with working(interaction) as answer:
            opened = await self.tickets.openings.reopen(visitor_of(interaction), number)
            text = _("Ticket {number} is open again: {channel}")
            channel = f"<#{opened.channel_id}>"
            await answer(text.format(number=opened.number, channel=channel))

    async def list(self, interaction: Interaction, *, mine: bool) -> None:
        """The open tickets of the server, or one's own."""
        async with working(interaction) as answer:
            actor = actor_of(interaction)
            await answer(await self.pager.page(actor.guild_id, actor.user_id if mine else None))

    async def change(
        self, interaction: Interaction, ticket: Ticket, change: _Change, said: str
    ) -> None:
        """Do it, and say that it was."""
        async with working(interaction) as answer:
            changed = await change(ticket)
            await answer(said.format(number=changed.number))

    async def _open_pressed(self, interaction: Interaction, press: Press) -> None:
        await self.begin(interaction, int(press["type"]))

    async def _chosen(self, interaction: Interaction, press: Press) -> None:
        await self.begin(interaction, int(press.values[0]))

    async def _claim_pressed(self, interaction: Interaction, press: Press) -> None:
        async with working(interaction) as answer:
            ticket = await self._pressed(interaction, press)
            await self.tickets.charge.claim(visitor_of(interaction), ticket)
            await answer(_("You are in charge of ticket {number}.").format(number=ticket.number))

    async def _close_pressed(self, interaction: Interaction, press: Press) -> None:
        """Ask for the reason; the service asks who may, again, when it is sent."""
        ticket = await self._pressed(interaction, press)
        await self.tickets.closures.refuse(visitor_of(interaction), ticket)

        async def submit(interaction: Interaction, reason: str) -> None:
            async with working(interaction) as answer:
                visitor = visitor_of(interaction)
                closed = await self.tickets.closures.close(visitor, ticket, reason, "staff_button")
                await answer(views.closed(closed))

        title = _("Close ticket {number}").format(number=ticket.number)
        about = _("Whoever opened it reads it.")
        modal = ReasonModal(title, submit, longest=REASON_LIMIT, about=about, is_required=False)
        await interaction.response.send_modal(modal)

    async def _reopen_pressed(self, interaction: Interaction, press: Press) -> None:
        ticket = await self._pressed(interaction, press)
        await self.reopen(interaction, ticket.number)

    async def _accepted(self, interaction: Interaction, press: Press) -> None:
        await self._answered(interaction, press, agrees=True)

    async def _declined(self, interaction: Interaction, press: Press) -> None:
        await self._answered(interaction, press, agrees=False)

    async def _answered(self, interaction: Interaction, press: Press, *, agrees: bool) -> None:
        async with working(interaction) as answer:
            ticket = await self._pressed(interaction, press)
            visitor = visitor_of(interaction)
            after = await self.tickets.closures.answer(visitor, ticket, agrees=agrees)
            await answer(_("It stays open.") if after.is_open else views.closed(after))

    async def _turned(self, interaction: Interaction, press: Press) -> None:
        await interaction.response.defer()
        actor = actor_of(interaction)
        opener = actor.user_id if press["mine"] == "1" else None
        await redraw(interaction, await self.pager.page(actor.guild_id, opener, int(press["page"])))

    async def _pressed(self, interaction: Interaction, press: Press) -> Ticket:
        return await self.tickets.known(actor_of(interaction).guild_id, int(press["ticket"]))
