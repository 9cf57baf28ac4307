"""Handlers of tickets, for commands and controls: call the service, and answer."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import discord

from bot.client.choice_panel import guild_of
from bot.client.choice_refusals import lacking
from bot.client.interactions import (
    Interaction,
    Press,
    actor_of,
    control,
    redraw,
    working,
)
from bot.client.ui import Pager
from bot.features.tickets.hindrances import card_needs, cardless, hindrance, needs_of, place_of
from bot.features.tickets.model import Ticket
from bot.features.tickets.openings import TicketRequest
from bot.features.tickets.overview import overview
from bot.features.tickets.service import TicketsService
from bot.features.tickets.store import TicketPage
from bot.texts import N_, _
from cogs.tickets import views
from cogs.tickets.forms import Answers, TicketForm, Uploads
from cogs.tickets.visitors import visitor_of

ChangeTicket = Callable[[Ticket], Awaitable[Ticket]]


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
        """What the client must know to answer old lists."""
        return [control(views.PAGE, self._turned)]

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
            await answer(shown(ticket) + uncarded(interaction, ticket))
            for one in files:
                text = await self.tickets.openings.hand_in(ticket, one.filename, one.url)
                if text:
                    await answer(text)

    async def close(self, interaction: Interaction, ticket: Ticket, reason: str | None) -> None:
        """Close it, by a command."""
        async with working(interaction) as answer:
            visitor = visitor_of(interaction)
            closed = await self.tickets.closures.close(visitor, ticket, reason, "staff_command")
            await answer(views.closed(closed) + hindered(interaction, closed))

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
            said = text.format(number=opened.number, channel=channel)
            await answer(said + hindered(interaction, opened))

    async def list(self, interaction: Interaction, *, mine: bool) -> None:
        """The open tickets of the server, or one's own."""
        async with working(interaction) as answer:
            actor = actor_of(interaction)
            await answer(await self.pager.page(actor.guild_id, actor.user_id if mine else None))

    async def view(self, interaction: Interaction, ticket: Ticket) -> None:
        """All that is known of one, to those who may look at it."""
        async with working(interaction) as answer:
            found = await overview(self.tickets.ports, visitor_of(interaction), ticket)
            await answer(views.viewed(found))

    async def pin(self, interaction: Interaction, ticket: Ticket, message_id: int) -> None:
        """Pin one of its messages."""
        visitor = visitor_of(interaction)
        await self.change(
            interaction,
            ticket,
            lambda one: self.tickets.moves.pin(visitor, one, message_id),
            N_("The message is pinned."),
        )

    async def change(
        self, interaction: Interaction, ticket: Ticket, change: ChangeTicket, said: str
    ) -> None:
        """Do it, and say that it was."""
        async with working(interaction) as answer:
            changed = await change(ticket)
            text = _(said).format(number=changed.number)
            await answer(text + hindered(interaction, changed))

    async def _turned(self, interaction: Interaction, press: Press) -> None:
        await interaction.response.defer()
        actor = actor_of(interaction)
        is_staff = await self.tickets.is_staff(visitor_of(interaction))
        opener = actor.user_id if press["mine"] == "1" or not is_staff else None
        await redraw(interaction, await self.pager.page(actor.guild_id, opener, int(press["page"])))


def hindered(interaction: Interaction, ticket: Ticket) -> str:
    """What is said besides where the ticket's room cannot follow; empty where it can."""
    names = _lacking(interaction, ticket, needs_of(ticket))
    return f"\n⚠️ {hindrance(ticket, names)}" if names else ""


def uncarded(interaction: Interaction, ticket: Ticket) -> str:
    """The same where its card cannot be written."""
    names = _lacking(interaction, ticket, card_needs(ticket))
    return f"\n⚠️ {cardless(ticket, names)}" if names else ""


def _lacking(interaction: Interaction, ticket: Ticket, needs: Sequence[str]) -> str:
    place = guild_of(interaction).get_channel(place_of(ticket) or 0)
    return "" if place is None else lacking(place, needs)
