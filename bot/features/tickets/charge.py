"""Charge of a ticket: who of the staff works on it, how urgent it is, what it is called."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from bot.catalogue.tickets import TicketClaimed
from bot.errors import UserError
from bot.features.tickets import guest_store, store, type_store
from bot.features.tickets.access import GuestPass
from bot.features.tickets.cards import CARD
from bot.features.tickets.duties import RoomDuties
from bot.features.tickets.model import (
    PRIORITIES,
    Priority,
    RoomDuty,
    Ticket,
    Visitor,
    is_staff,
    patterned,
)
from bot.features.tickets.ports import TicketsPorts
from bot.features.tickets.types import TicketType
from bot.rooms import Guest
from bot.storage.database import Transaction
from bot.texts import _

_Refusal = Callable[[Ticket, TicketType], str | None]


class Charge:
    """What the staff decide about a ticket that is open; each answers with the ticket as it is."""

    def __init__(self, ports: TicketsPorts, duties: RoomDuties) -> None:
        self._ports = ports
        self._duties = duties

    async def claim(self, visitor: Visitor, ticket: Ticket) -> Ticket:
        """Take charge; a UserError where somebody has."""

        def taken(seen: Ticket, _kind: TicketType) -> str | None:
            if seen.claimed_by_id is None:
                return None
            if seen.claimed_by_id == visitor.user_id:
                return _("You are in charge of it already.")
            text = _("{person} is in charge of it. They can give it up, or you can assign it.")
            return text.format(person=f"<@{seen.claimed_by_id}>")

        return await self._given(visitor, ticket, visitor.user_id, refusal=taken)

    async def assign(self, visitor: Visitor, ticket: Ticket, user_id: int) -> Ticket:
        """Put somebody of the staff in charge."""
        member = await self._ports.acts.member(visitor.guild_id, user_id)
        standing = self._ports.acts.standing(visitor.guild_id, user_id)
        if member is None or standing is None:
            raise UserError(_("They are not in this server."))
        role_ids, manages = member.role_ids, standing.may("manage_guild")

        def refuses(seen: Ticket, kind: TicketType) -> str | None:
            if seen.claimed_by_id == user_id:
                return _("They are in charge of it already.")
            if manages or role_ids & {*kind.choices.staff_role_ids}:
                return None
            return _("They are none of its staff: give them one of the type's staff roles.")

        return await self._given(visitor, ticket, user_id, refusal=refuses)

    async def unclaim(self, visitor: Visitor, ticket: Ticket) -> Ticket:
        """Give it up, one's own or somebody else's."""

        def free(seen: Ticket, _kind: TicketType) -> str | None:
            return _("Nobody is in charge of it.") if seen.claimed_by_id is None else None

        async with self._ports.database.transaction() as tx:
            seen = await self.staffed(tx, visitor, ticket, refusal=free)
            return await self._changed(tx, seen, claimed_by_id=None)

    async def prioritise(self, visitor: Visitor, ticket: Ticket, priority: Priority) -> Ticket:
        """Say how urgent it is."""

        def same(seen: Ticket, _kind: TicketType) -> str | None:
            if seen.priority is not priority:
                return None
            return _("Its priority is {priority} already.").format(priority=_(PRIORITIES[priority]))

        async with self._ports.database.transaction() as tx:
            seen = await self.staffed(tx, visitor, ticket, refusal=same)
            kind = await type_store.by_id(tx, seen.guild_id, seen.type_id)
            values = renamed(seen, kind, kind, priority)
            duties = (RoomDuty.RENAME,) if values else ()
            return await self._changed(tx, seen, *duties, priority=priority.value, **values)

    async def add(self, visitor: Visitor, ticket: Ticket, guest: Guest) -> Ticket:
        """Let somebody else in."""
        if guest.id == visitor.guild_id:
            raise UserError(_("That would show it to everybody: choose a person or another role."))
        async with self._ports.database.transaction() as tx:
            seen = await self.staffed(tx, visitor, ticket)
            if guest.is_role and seen.is_thread:
                raise UserError(_("A thread takes people, not roles: add them one by one."))
            seen = await self._admitted(tx, seen, [GuestPass(guest, is_due=True)])
        return await self._duties.follow(seen)

    async def remove(self, visitor: Visitor, ticket: Ticket, guest: Guest) -> Ticket:
        """Take somebody out again who was let in, by whomever."""
        async with self._ports.database.transaction() as tx:
            seen = await self.staffed(tx, visitor, ticket)
            if guest.id == seen.opener_id:
                raise UserError(_("Whoever opened a ticket stays in it; close it instead."))
            there = await guest_store.of_ticket(tx, seen.id)
            gone = [one for one in there if one.id == guest.id and one.is_in]
            if not gone:
                raise UserError(_("They were not added to this ticket."))
            seen = await self._admitted(tx, seen, map(out, gone))
        return await self._duties.follow(seen)

    async def hide(self, visitor: Visitor, ticket: Ticket) -> Ticket:
        """Take out the roles that somebody let in by hand, of a closed ticket too."""
        async with self._ports.database.transaction() as tx:
            seen = await self.staffed(tx, visitor, ticket, when_closed=True)
            there = await guest_store.of_ticket(tx, seen.id)
            changes = [out(one) for one in there if one.is_exposing]
            if not changes:
                raise UserError(_("Nobody is in it any more whom somebody let in by hand."))
            seen = await self._admitted(tx, seen, changes)
        return await self._duties.follow(seen)

    async def staffed(
        self,
        tx: Transaction,
        visitor: Visitor,
        ticket: Ticket,
        *,
        refusal: _Refusal | None = None,
        when_closed: bool = False,
    ) -> Ticket:
        """The open ticket, locked; a UserError for whoever is none of its staff."""
        seen = await store.by_id(tx, ticket.id, locks=True)
        if seen is None or not (seen.is_open or when_closed):
            raise UserError(_("Ticket {number} is not open.").format(number=ticket.number))
        kind = await type_store.by_id(tx, seen.guild_id, seen.type_id)
        if not is_staff(visitor, kind.choices.staff_role_ids):
            raise UserError(_("Only the staff of these tickets can do that."))
        problem = None if refusal is None else refusal(seen, kind)
        if problem is not None:
            raise UserError(problem)
        return seen

    async def _given(
        self, visitor: Visitor, ticket: Ticket, user_id: int, *, refusal: _Refusal
    ) -> Ticket:
        async with self._ports.database.transaction() as tx:
            seen = await self.staffed(tx, visitor, ticket, refusal=refusal)
            claimed = await self._changed(tx, seen, claimed_by_id=user_id)
            assert claimed.channel_id is not None  # noqa: S101  it is open
            event = TicketClaimed(
                guild_id=claimed.guild_id,
                ticket_id=claimed.id,
                number=claimed.number,
                claimed_by_id=user_id,
                channel_id=claimed.channel_id,
            )
            await self._ports.outbox.emit(tx, event)
        return claimed

    async def _changed(
        self, tx: Transaction, seen: Ticket, *duties: RoomDuty, **values: Any
    ) -> Ticket:
        write = store.oblige if duties else store.change
        changed = await write(tx, seen, *duties, **values)
        assert changed is not None  # noqa: S101  it is locked
        await self._ports.posts.redraw(tx, CARD, seen.id)
        return changed

    async def _admitted(
        self, tx: Transaction, seen: Ticket, changes: Iterable[GuestPass]
    ) -> Ticket:
        """Written down, and due."""
        kind = await type_store.by_id(tx, seen.guild_id, seen.type_id)
        await guest_store.put(tx, seen, kind, changes)
        changed = await store.oblige(tx, seen, RoomDuty.GUESTS)
        assert changed is not None  # noqa: S101  it is locked
        return changed


def out(one: GuestPass) -> GuestPass:
    """The same, to be shut out."""
    return replace(one, is_in=False, is_due=True)


def renamed(
    ticket: Ticket, before: TicketType, after: TicketType, priority: Priority
) -> dict[str, Any]:
    """What gives its room the name of another type or priority, unless somebody named it."""
    named = patterned(before.choices.name_pattern, before.name, ticket, ticket.priority)
    name = patterned(after.choices.name_pattern, after.name, ticket, priority)
    if ticket.room_name != named or name == named:
        return {}
    return {"room_name": name}
