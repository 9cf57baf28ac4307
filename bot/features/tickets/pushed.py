"""Pushed tickets: opened and closed by other programs, in the transaction of their request."""

from collections.abc import Awaitable, Callable, Sequence

from bot.acts import ActUnknown
from bot.errors import NotFound, UserError
from bot.features.tickets import store, type_store
from bot.features.tickets.closures import Closures
from bot.features.tickets.model import RoomDuty, Ticket, TicketState, Visitor
from bot.features.tickets.openings import Openings, TicketRequest
from bot.features.tickets.ports import TicketsPorts
from bot.features.tickets.questionnaire import answered
from bot.snapshots import Account
from bot.storage.database import Transaction
from bot.texts import _


class PushedTickets:
    """Opens for a member, as the bot; what is left to do on Discord is done as for every ticket."""

    def __init__(self, ports: TicketsPorts, openings: Openings, *, closures: Closures) -> None:
        self._ports = ports
        self._openings = openings
        self._closures = closures

    async def opening(
        self,
        guild_id: int,
        opener: Account,
        type_id: int,
        subject: str | None,
        answers: Sequence[tuple[str, str]],
    ) -> Callable[[Transaction], Awaitable[int]]:
        """The first step of one for that member; in its transaction it brings the ticket's id."""
        if opener.is_bot:
            raise UserError(_("Bots have no tickets: name a person."))
        if not (await self._ports.chosen(guild_id)).enabled:
            raise UserError(_("Tickets are switched off in this server."))
        kind = (await self._openings.types(guild_id)).get(type_id)
        if kind is None:
            raise NotFound(_("There is no such type of ticket in this server."))
        me = self._ports.acts.own_standing(guild_id)
        if me is None:
            raise ActUnknown(_("the server is not available"))
        visitor = Visitor(guild_id, me.account.user_id, me.account.username, manages=True)
        whose, kept = (opener.user_id, opener.username), answered(kind.form, answers)
        first = next(iter(kept.values()), "")
        request = TicketRequest(type_id, subject or first, kept, opener=whose)

        async def begun(tx: Transaction) -> int:
            return (await self._openings.begin(tx, visitor, request, kind)).id

        return begun

    async def opened(self, ticket_id: int) -> tuple[int, int]:
        """Its number and its channel, made where it has none; a UserError where it is void.

        ActUnknown where Discord gave no answer: it opens by itself, or is void, later.
        """
        ticket = await self._known(ticket_id)
        if ticket.state is TicketState.OPENING:
            async with self._ports.locks.hold(ticket.key):
                ticket = await self._built(await self._known(ticket_id))
        if ticket.opened_at is None or ticket.channel_id is None:
            raise UserError(_("Its channel could not be made, or was deleted."))
        return ticket.number, ticket.channel_id

    async def withdraw(self, tx: Transaction, ticket_id: int) -> None:
        """Void one that was never open; a room that was made of it goes with the next sweep."""
        seen = await store.by_id(tx, ticket_id, locks=True)
        if seen is None or seen.state is not TicketState.OPENING or seen.opened_at is not None:
            return
        # Its lease stays: whoever is at it finds it void, and takes back what they made.
        await store.change(
            tx,
            seen,
            state=TicketState.VOID.value,
            open_key=None,
            room_duties={RoomDuty.DELETE},
        )

    async def closing(
        self, guild_id: int, ticket_id: int, reason: str | None
    ) -> Callable[[Transaction], Awaitable[int]]:
        """The end of one, as if the bot closed it; in its transaction it brings its number."""
        async with self._ports.database.reading() as reading:
            found = await store.by_id(reading, ticket_id)
        if found is None or found.guild_id != guild_id:
            raise NotFound(_("There is no such ticket in this server."))
        await self._closures.flushed()  # what was heard before is told before

        async def closed(tx: Transaction) -> int:
            tx.on_commit(self._ports.sweep.wake)
            return (await self._closures.close_in(tx, found, reason, "api")).number

        return closed

    async def _built(self, ticket: Ticket) -> Ticket:
        if ticket.state is not TicketState.OPENING:
            return ticket
        async with self._ports.database.reading() as reading:
            kind = await type_store.by_id(reading, ticket.guild_id, ticket.type_id)
        try:
            return await self._openings.build(ticket, kind)
        except UserError as error:
            now = await self._known(ticket.id)
            if now.state is TicketState.OPENING:
                raise ActUnknown(str(error)) from error
            if now.state is TicketState.VOID:
                raise
            return now

    async def _known(self, ticket_id: int) -> Ticket:
        async with self._ports.database.reading() as reading:
            found = await store.by_id(reading, ticket_id)
        if found is None:
            raise UserError(_("That ticket is not there any more."))
        return found
