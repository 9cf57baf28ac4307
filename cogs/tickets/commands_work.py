"""Commands of `/ticket` by which the staff work on one as a whole: read, call, answer."""

import re

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.choice_panel import guild_of
from bot.client.choice_refusals import refuse_category
from bot.client.interactions import Interaction, reply
from bot.client.ui import RowNumber, command
from bot.errors import UserError
from bot.features.tickets.model import SUBJECT_LIMIT, Ticket
from bot.features.tickets.replies import NAME_LIMIT
from bot.texts import N_, _
from cogs.tickets import views
from cogs.tickets.check import check
from cogs.tickets.handlers import TicketHandlers
from cogs.tickets.suggestions import TicketSuggestions
from cogs.tickets.visitors import visitor_of

WHICH = N_("Its number, where it is not this channel")
MOVES_INTO = ("view_channel", "manage_channels")

_MESSAGE = re.compile(
    r"(?:https://\S*/channels/(?P<guild>\d{1,20})/(?P<channel>\d{1,20})/)?(?P<message>\d{15,20})"
)


class WorkCommands(commands.Cog):
    """Each answer is seen by nobody but the person who asks; who may is asked of the service."""

    def __init__(self, handlers: TicketHandlers) -> None:
        self._handlers = handlers
        self.tickets = handlers.tickets

    @command(N_("Make this ticket one of another type"), type=N_("The other type"))
    @app_commands.autocomplete(type=TicketSuggestions.types)
    async def transfer(self, interaction: Interaction, type: RowNumber) -> None:
        ticket = await self._handlers.ticket(interaction, None)
        visitor = visitor_of(interaction)
        said = N_("Ticket {number} is one of the other type now.")
        await self._handlers.change(
            interaction, ticket, lambda one: self.tickets.moves.transfer(visitor, one, type), said
        )

    @command(N_("Give this ticket another subject"), subject=N_("What it is about"))
    async def rename(
        self, interaction: Interaction, subject: app_commands.Range[str, 1, SUBJECT_LIMIT]
    ) -> None:
        ticket = await self._handlers.ticket(interaction, None)
        visitor = visitor_of(interaction)
        said = N_("Ticket {number} has another subject. Its channel's name follows soon.")
        await self._handlers.change(
            interaction, ticket, lambda one: self.tickets.moves.rename(visitor, one, subject), said
        )

    @command(N_("Put this ticket's channel elsewhere"), category=N_("The category"))
    async def move(self, interaction: Interaction, category: discord.CategoryChannel) -> None:
        refuse_category(guild_of(interaction), category.id, MOVES_INTO)
        ticket = await self._handlers.ticket(interaction, None)
        visitor, said = visitor_of(interaction), N_("Ticket {number} was moved.")
        await self._handlers.change(
            interaction,
            ticket,
            lambda one: self.tickets.moves.move(visitor, one, category.id),
            said,
        )

    @command(N_("Pin a message of this ticket"), message=N_("Its link, or its id"))
    async def pin(self, interaction: Interaction, message: str) -> None:
        ticket = await self._handlers.ticket(interaction, None)
        await self._handlers.pin(interaction, ticket, message_of(ticket, message))

    @command(N_("Delete the channel of a closed ticket"), number=WHICH)
    async def delete(self, interaction: Interaction, number: RowNumber | None = None) -> None:
        ticket = await self._handlers.ticket(interaction, number)
        await self.tickets.moves.refuse_deletion(visitor_of(interaction), ticket)
        await reply(interaction, views.deletion(ticket))

    @command(N_("All that is known of a ticket"), number=WHICH)
    async def view(self, interaction: Interaction, number: RowNumber | None = None) -> None:
        await self._handlers.view(interaction, await self._handlers.ticket(interaction, number))

    @command(N_("Answer with a text that is kept for it"), name=N_("The reply's name"))
    @app_commands.autocomplete(name=TicketSuggestions.saved)
    async def reply(
        self, interaction: Interaction, name: app_commands.Range[str, 1, NAME_LIMIT]
    ) -> None:
        ticket = await self._handlers.ticket(interaction, None)
        visitor = visitor_of(interaction)
        await self._handlers.change(
            interaction,
            ticket,
            lambda one: self.tickets.replies.say(visitor, one, name),
            N_("The reply is written."),
        )

    @command(N_("What is in the way of tickets in this server, and what to click"))
    async def check(self, interaction: Interaction) -> None:
        await check(interaction, self.tickets)


def message_of(ticket: Ticket, typed: str) -> int:
    """The id of the message that was named; a UserError where it is none of the ticket's."""
    found = _MESSAGE.fullmatch(typed.strip())
    if found is None:
        raise UserError(_("Name a message by its link or its id: Copy Message Link has it."))
    elsewhere = found["channel"] is not None and int(found["channel"]) != ticket.channel_id
    if elsewhere:
        raise UserError(_("That message is not in this ticket."))
    return int(found["message"])
