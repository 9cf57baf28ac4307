"""Moves of a ticket: to another type, another category, another name, and out of the world."""

from dataclasses import replace

from bot.acts import ActFailed
from bot.errors import UserError
from bot.features.tickets import guest_store, store, times, type_store
from bot.features.tickets.cards import CARD
from bot.features.tickets.charge import Charge, renamed
from bot.features.tickets.duties import RoomDuties
from bot.features.tickets.model import (
    RoomDuty,
    Ticket,
    TicketState,
    Visitor,
    is_staff,
    numbered_name,
    room_name,
    subject_of,
)
from bot.features.tickets.ports import TicketsPorts
from bot.texts import _


class Moves:
    """What the staff do with a ticket as a whole."""

    def __init__(self, ports: TicketsPorts, charge: Charge, *, duties: RoomDuties) -> None:
        self._ports = ports
        self._charge = charge
        self._duties = duties

    async def rename(self, visitor: Visitor, ticket: Ticket, subject: str) -> Ticket:
        """Give it another subject; its room's name follows when Discord takes that."""
        named = subject_of(subject)
        if not named:
            raise UserError(_("A subject needs something that can be seen."))
        async with self._ports.database.transaction() as tx:
            seen = await self._charge.staffed(tx, visitor, ticket)
            name = room_name("{subject}", subject=named, number=seen.number)
            name = numbered_name(name, seen.number)
            renamed = await store.oblige(tx, seen, RoomDuty.RENAME, subject=named, room_name=name)
            assert renamed is not None  # noqa: S101  it is locked
            await self._ports.posts.redraw(tx, CARD, seen.id)
        return renamed

    async def transfer(self, visitor: Visitor, ticket: Ticket, type_id: int) -> Ticket:
        """Make it one of another type: its staff see it, those of the old one do no more."""
        async with self._ports.database.transaction() as tx:
            await store.lock_keys(tx, ticket.guild_id)
            seen = await self._charge.staffed(tx, visitor, ticket)
            before = await type_store.by_id(tx, seen.guild_id, seen.type_id)
            after = await type_store.by_id(tx, seen.guild_id, type_id)
            if after.is_deleted or after.id == before.id:
                raise UserError(_("Choose another type that is there."))
            limit = after.choices.open_limit
            key = await store.free_key(tx, seen.guild_id, after.id, seen.opener_id, limit)
            if key is None:
                text = _("They have as many “{name}” tickets open as they may.")
                raise UserError(text.format(name=after.name))
            given = replace(seen, type_id=after.id)
            named = renamed(seen, before, after, seen.priority)
            moved = await store.oblige(
                tx,
                seen,
                RoomDuty.GUESTS,
                *((RoomDuty.RENAME,) if named else ()),
                type_id=after.id,
                open_key=key,
                claimed_by_id=None,
                **times.anew(given, after.choices),
                **named,
            )
            assert moved is not None  # noqa: S101  it is locked
            await guest_store.restaff(tx, moved, after, before.choices.staff_role_ids)
            await self._ports.posts.redraw(tx, CARD, seen.id)
        return await self._duties.follow(moved)

    async def move(self, visitor: Visitor, ticket: Ticket, category_id: int) -> Ticket:
        """Put its channel into another category."""
        async with self._ports.database.transaction() as tx:
            seen = await self._charge.staffed(tx, visitor, ticket)
            if seen.is_thread:
                raise UserError(_("A thread stays in its channel."))
            moved = await store.oblige(tx, seen, RoomDuty.MOVE, parent_id=category_id)
            assert moved is not None  # noqa: S101  it is locked
        return await self._duties.follow(moved)

    async def pin(self, visitor: Visitor, ticket: Ticket, message_id: int) -> Ticket:
        """Pin a message of its room."""
        async with self._ports.database.transaction() as tx:
            seen = await self._charge.staffed(tx, visitor, ticket)
        assert seen.channel_id is not None  # noqa: S101  it is open
        try:
            await self._ports.acts.pin(
                seen.guild_id, seen.channel_id, message_id, reason=f"[ticket {seen.number}]"
            )
        except ActFailed as error:
            text = _("Discord did not pin it: {error}.")
            raise UserError(text.format(error=error)) from error
        return seen

    async def refuse_deletion(self, visitor: Visitor, ticket: Ticket) -> None:
        """A UserError where its room cannot be deleted, or not by them; asked before they are."""
        async with self._ports.database.reading() as reading:
            kind = await type_store.by_id(reading, ticket.guild_id, ticket.type_id)
        if not is_staff(visitor, kind.choices.staff_role_ids):
            raise UserError(_("Only the staff of these tickets can do that."))
        if ticket.state is not TicketState.CLOSED:
            raise UserError(_("Close the ticket first."))
        if ticket.channel_id is None:
            raise UserError(_("Its channel is gone already."))

    async def delete(self, visitor: Visitor, ticket: Ticket) -> Ticket:
        """Delete the room of a closed one; its transcript stays for its time."""
        await self.refuse_deletion(visitor, ticket)
        async with self._ports.database.transaction() as tx:
            seen = await store.by_id(tx, ticket.id, locks=True)
            is_closed = seen is not None and seen.state is TicketState.CLOSED
            gone = await store.oblige(tx, seen, RoomDuty.DELETE) if seen and is_closed else None
        if gone is None:
            raise UserError(_("Somebody else was quicker."))
        return gone
