"""Overview of a ticket: its row with what belongs to it, for those who may look at it."""

from dataclasses import dataclass

from bot.errors import UserError
from bot.features.tickets import guest_store, message_store, type_store
from bot.features.tickets.access import GuestPass
from bot.features.tickets.message_store import TicketNote
from bot.features.tickets.model import Ticket, Visitor, is_staff
from bot.features.tickets.ports import TicketsPorts
from bot.features.tickets.types import TicketType
from bot.texts import _


@dataclass(frozen=True, slots=True)
class TicketOverview:
    """A ticket, its type, and who was let in or shut out; its notes for the staff alone."""

    ticket: Ticket
    kind: TicketType
    passes: tuple[GuestPass, ...]
    notes: tuple[TicketNote, ...] | None


async def overview(ports: TicketsPorts, visitor: Visitor, ticket: Ticket) -> TicketOverview:
    """A UserError for whoever is neither its opener nor of its staff."""
    async with ports.database.reading() as reading:
        kind = await type_store.by_id(reading, ticket.guild_id, ticket.type_id)
        by_staff = is_staff(visitor, kind.choices.staff_role_ids)
        if not by_staff and visitor.user_id != ticket.opener_id:
            text = _("Only its staff and whoever opened it can look at ticket {number}.")
            raise UserError(text.format(number=ticket.number))
        passes = tuple(await guest_store.of_ticket(reading, ticket.id))
        notes = tuple(await message_store.notes(reading, ticket.id)) if by_staff else None
    return TicketOverview(ticket, kind, passes, notes)
