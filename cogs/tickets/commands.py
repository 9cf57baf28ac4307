"""Commands of `/ticket`: read, call, answer."""

from functools import partial

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot.client.interactions import Interaction
from bot.client.ui import RowNumber, command
from bot.features.tickets.model import PRIORITIES, REASON_LIMIT, SUBJECT_LIMIT, Priority
from bot.rooms import Guest
from bot.texts import N_
from cogs.tickets.commands_stats import StatisticsCommands
from cogs.tickets.commands_transcript import TranscriptCommands
from cogs.tickets.commands_work import WHICH, WorkCommands
from cogs.tickets.suggestions import TicketSuggestions
from cogs.tickets.visitors import visitor_of

TicketReason = app_commands.Range[str, 1, REASON_LIMIT]
Subject = app_commands.Range[str, 1, SUBJECT_LIMIT]


@app_commands.guild_only()
class TicketCommands(
    WorkCommands,
    StatisticsCommands,
    TranscriptCommands,
    commands.GroupCog,
    group_name="ticket",
    group_description=N_("Conversations with the staff of this server"),
):
    """Each answer is seen by nobody but the person who asks; who may is asked of the service."""

    @command(
        N_("Open a ticket"),
        type=N_("What kind of ticket"),
        subject=N_("What it is about"),
        person=N_("For somebody else; the staff can"),
    )
    @app_commands.autocomplete(type=TicketSuggestions.types)
    async def open(
        self,
        interaction: Interaction,
        type: RowNumber,
        subject: Subject | None = None,
        person: discord.Member | None = None,
    ) -> None:
        await self._handlers.begin(interaction, type, subject or "", person)

    @command(N_("Close a ticket"), reason=N_("Why; whoever opened it reads it"), number=WHICH)
    async def close(
        self,
        interaction: Interaction,
        reason: TicketReason | None = None,
        number: RowNumber | None = None,
    ) -> None:
        ticket = await self._handlers.ticket(interaction, number)
        await self._handlers.close(interaction, ticket, reason)

    @command(N_("Ask the other side whether it can be closed"), reason=N_("Why"))
    async def ask(self, interaction: Interaction, reason: TicketReason | None = None) -> None:
        ticket = await self._handlers.ticket(interaction, None)
        await self._handlers.ask(interaction, ticket, reason)

    @command(N_("Open a closed ticket again"), number=N_("Its number"))
    async def reopen(self, interaction: Interaction, number: RowNumber | None = None) -> None:
        ticket = await self._handlers.ticket(interaction, number)
        await self._handlers.reopen(interaction, ticket.number)

    @command(N_("The open tickets"), mine=N_("Only yours"))
    async def list(self, interaction: Interaction, *, mine: bool = False) -> None:
        is_staff = await self.tickets.is_staff(visitor_of(interaction))
        await self._handlers.list(interaction, mine=mine or not is_staff)

    @command(N_("Take charge of this ticket"))
    async def claim(self, interaction: Interaction) -> None:
        ticket = await self._handlers.ticket(interaction, None)
        claim = partial(self.tickets.charge.claim, visitor_of(interaction))
        said = N_("You are in charge of ticket {number}.")
        await self._handlers.change(interaction, ticket, claim, said)

    @command(N_("Give up the charge of this ticket"))
    async def unclaim(self, interaction: Interaction) -> None:
        ticket = await self._handlers.ticket(interaction, None)
        unclaim = partial(self.tickets.charge.unclaim, visitor_of(interaction))
        said = N_("Nobody is in charge of ticket {number} now.")
        await self._handlers.change(interaction, ticket, unclaim, said)

    @command(N_("Put somebody in charge of this ticket"), person=N_("One of its staff"))
    async def assign(self, interaction: Interaction, person: discord.Member) -> None:
        ticket = await self._handlers.ticket(interaction, None)
        visitor = visitor_of(interaction)
        said = N_("They are in charge of ticket {number} now.")
        await self._handlers.change(
            interaction,
            ticket,
            lambda one: self.tickets.charge.assign(visitor, one, person.id),
            said,
        )

    @command(N_("Say how urgent this ticket is"), level=N_("How urgent"))
    @app_commands.choices(
        level=[Choice(name=text, value=priority.value) for priority, text in PRIORITIES.items()]
    )
    async def priority(self, interaction: Interaction, level: str) -> None:
        ticket = await self._handlers.ticket(interaction, None)
        visitor = visitor_of(interaction)
        said = N_("The priority of ticket {number} is set.")
        await self._handlers.change(
            interaction,
            ticket,
            lambda one: self.tickets.charge.prioritise(visitor, one, Priority(level)),
            said,
        )

    @command(N_("Let somebody into this ticket"), who=N_("A person or a role"))
    async def add(self, interaction: Interaction, who: discord.Member | discord.Role) -> None:
        ticket = await self._handlers.ticket(interaction, None)
        visitor, guest = visitor_of(interaction), _guest(who)
        said = N_("They are in ticket {number} now.")
        await self._handlers.change(
            interaction,
            ticket,
            lambda one: self.tickets.charge.add(visitor, one, guest),
            said,
        )

    @command(N_("Take somebody out of this ticket"), who=N_("A person or a role that was added"))
    async def remove(self, interaction: Interaction, who: discord.Member | discord.Role) -> None:
        ticket = await self._handlers.ticket(interaction, None)
        visitor, guest = visitor_of(interaction), _guest(who)
        said = N_("They are not in ticket {number} any more.")
        await self._handlers.change(
            interaction,
            ticket,
            lambda one: self.tickets.charge.remove(visitor, one, guest),
            said,
        )


def _guest(who: discord.Member | discord.Role) -> Guest:
    return Guest(who.id, is_role=isinstance(who, discord.Role))
