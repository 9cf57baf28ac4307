"""Guest store: passes of a ticket's room, written while its row is locked."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import delete, exists, or_, select, text

from bot.features.tickets import access, store
from bot.features.tickets.access import GuestPass
from bot.features.tickets.model import Ticket
from bot.features.tickets.tables import ticket_guest
from bot.features.tickets.types import TicketType
from bot.rooms import Guest
from bot.storage.database import Reading, Transaction

PUT = text(
    "INSERT INTO ticket_guest (ticket_id, target_id, is_role, is_in, is_due, by_hand) "
    "VALUES (:ticket_id, :target_id, :is_role, :is_in, :is_due, :by_hand) "
    "ON CONFLICT (ticket_id, target_id) DO UPDATE SET is_role = excluded.is_role, "
    "is_in = excluded.is_in, is_due = excluded.is_due, by_hand = excluded.by_hand"
)
TROUBLED = 50  # tickets of a server that are named at once


async def of_ticket(reading: Reading, ticket_id: int) -> list[GuestPass]:
    """Who was let in or shut out, beside what its type says."""
    query = select(ticket_guest).where(ticket_guest.c.ticket_id == ticket_id)
    found = await reading.execute(query.order_by(ticket_guest.c.target_id))
    return [
        GuestPass(
            Guest(row.target_id, row.is_role),
            is_in=row.is_in,
            is_due=row.is_due,
            by_hand=row.by_hand,
        )
        for row in found
    ]


async def put(
    tx: Transaction, ticket: Ticket, kind: TicketType, passes: Iterable[GuestPass]
) -> None:
    """Write these, and no row where the type says the same."""
    for one in passes:
        if access.is_needed(ticket, kind, one):
            row = {"ticket_id": ticket.id, "target_id": one.id, "is_role": one.guest.is_role}
            state = {"is_in": one.is_in, "is_due": one.is_due, "by_hand": one.by_hand}
            await tx.execute(PUT, row | state)
        else:
            is_it = (ticket_guest.c.ticket_id == ticket.id) & (ticket_guest.c.target_id == one.id)
            await tx.execute(delete(ticket_guest).where(is_it))


async def restaff(tx: Transaction, ticket: Ticket, kind: TicketType, before: Sequence[int]) -> None:
    """Let the staff roles of `kind` in and those of `before` out; a thread takes no roles."""
    if not ticket.is_thread:
        changes = access.restaffed(before, kind.choices.staff_role_ids)
        await put(tx, ticket, kind, changes)


async def invite(tx: Transaction, ticket: Ticket, kind: TicketType) -> bool:
    """Let those who were added into another room; what was done to the old one is over."""
    before, natural = await of_ticket(tx, ticket.id), access.natural(ticket, kind)
    again = [
        replace(one, is_due=True)
        if one.is_in and not one.is_exposing
        else GuestPass(one.guest, is_in=one.id in natural)
        for one in before
    ]
    await put(tx, ticket, kind, again)
    return bool(before)


async def troubled(reading: Reading, guild_id: int) -> list[Ticket]:
    """The guild's tickets with something left to do on Discord, or that people changed by hand."""
    table = store.table
    is_by_hand = exists().where(ticket_guest.c.ticket_id == table.c.id, ticket_guest.c.by_hand)
    query = select(table).where(
        table.c.guild_id == guild_id,
        table.c.channel_id.is_not(None),
        or_(table.c.room_duties.is_not(None), is_by_hand),
    )
    return await store.all_of(reading, query.limit(TROUBLED))
