"""Openings: a ticket's row first, then its room, then both joined; each step can be run again.

1. A transaction: number, key and row, `opening`; no event.
2. The room on Discord, or the one that a process before this one made.
3. A transaction: the row `open` with its room, the event and its card. Where Discord refuses, the
   row is `void` and its key is free: the person may try again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.acts import ActFailed, Gone
from bot.controls import Picture, Post
from bot.errors import UserError
from bot.features.tickets import guest_store, store, type_store
from bot.features.tickets.absences import Absences
from bot.features.tickets.access import GuestPass
from bot.features.tickets.cards import CARD
from bot.features.tickets.construction import Construction
from bot.features.tickets.eligibility import Eligibility
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
from bot.features.tickets.types import TicketType
from bot.rooms import Guest
from bot.storage.database import Transaction
from bot.storage.sweep import LEASE
from bot.texts import _
from bot.user_text import inline

FILE_LIMIT = 8 * 1024 * 1024  # bytes of a file that every server takes


@dataclass(frozen=True, slots=True)
class TicketRequest:
    """What somebody asks for: a type, what it is about, the form's answers, and for whom.

    `opener` is who the ticket belongs to, where the staff open it for somebody.
    """

    type_id: int
    subject: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict[str, Any])
    opener: tuple[int, str] | None = None


class Openings:
    """Opens tickets, and opens again those that were closed."""

    def __init__(
        self,
        ports: TicketsPorts,
        eligibility: Eligibility,
        *,
        construction: Construction,
        absences: Absences,
    ) -> None:
        self._ports = ports
        self._absences = absences
        self._construction = construction
        self._eligibility = eligibility
        self.build = construction.build
        self.types, self.ready = eligibility.types, eligibility.ready

    async def open(self, visitor: Visitor, request: TicketRequest) -> Ticket:
        """Open one, and wait for its room; pressed twice, the second is refused."""
        kind = await self._eligibility.type(visitor.guild_id, request.type_id)
        is_for_another = request.opener is not None and request.opener[0] != visitor.user_id
        if is_for_another:
            await self._refuse_for(visitor, request, kind)
        else:
            await self._eligibility.refuse(visitor, kind)
        async with self._ports.database.transaction() as tx:
            ticket = await self._added(tx, visitor, request, kind, waits=not is_for_another)
        async with self._ports.locks.hold(ticket.key):
            return await self._construction.build(ticket, kind)

    async def begin(
        self, tx: Transaction, visitor: Visitor, request: TicketRequest, kind: TicketType
    ) -> Ticket:
        """The first step alone, in that transaction, of one that staff open for somebody."""
        return await self._added(tx, visitor, request, kind, waits=False)

    async def _refuse_for(self, visitor: Visitor, request: TicketRequest, kind: TicketType) -> None:
        assert request.opener is not None  # noqa: S101  it is for somebody
        if not is_staff(visitor, kind.choices.staff_role_ids):
            raise UserError(_("Only its staff can open a ticket for somebody else."))
        if await self._absences.is_without(visitor.guild_id, request.opener[0]):
            raise UserError(_("They are not in this server."))

    async def _added(
        self,
        tx: Transaction,
        visitor: Visitor,
        request: TicketRequest,
        kind: TicketType,
        *,
        waits: bool,
    ) -> Ticket:
        opener_id, opener_name = request.opener or (visitor.user_id, visitor.name)
        number, now = await store.next_number(tx, visitor.guild_id), self._ports.clock.now()
        key = await self._eligibility.free_key(tx, kind, opener_id, waits=waits)
        named = {"type": kind.name, "number": number, "user": opener_name, "priority": "normal"}
        name = room_name(kind.choices.name_pattern, **named)
        is_thread = kind.choices.place == "thread"
        return await store.add(
            tx,
            guild_id=visitor.guild_id,
            number=number,
            type_id=kind.id,
            opener_id=opener_id,
            opener_name=opener_name,
            opened_by_id=visitor.user_id,
            subject=subject_of(request.subject) or kind.name,
            answers=dict(request.answers),
            open_key=key,
            room_name=numbered_name(name, number) if is_thread else name,
            parent_id=self._construction.parent(visitor.guild_id, kind),
            is_thread=is_thread,
            created_at=now,
            look_at=now + LEASE,
        )

    async def reopen(self, visitor: Visitor, number: int) -> Ticket:
        """Open a closed one again, where its room is; a new one is made where that is gone."""
        async with self._ports.database.reading() as reading:
            seen = await store.numbered(reading, visitor.guild_id, number)
            kind = await type_store.by_id(reading, visitor.guild_id, seen.type_id)
        if not is_staff(visitor, kind.choices.staff_role_ids) and visitor.user_id != seen.opener_id:
            raise UserError(_("Only its staff and whoever opened it can open it again."))
        if await self._absences.is_without(visitor.guild_id, seen.opener_id):
            raise UserError(_("Whoever opened it is not in this server any more."))
        async with self._ports.locks.hold(seen.key):
            has_room = await self._has_room(seen)
            async with self._ports.database.transaction() as tx:
                await store.lock_keys(tx, visitor.guild_id)
                ticket = await self._reopened(tx, seen, kind, visitor, has_room=has_room)
            if ticket.state is TicketState.OPENING:
                return await self._construction.build(ticket, kind)
        self._ports.sweep.wake()  # now that nobody else is at it
        return ticket

    async def hand_in(self, ticket: Ticket, name: str, url: str) -> str:
        """Copy a file of the form into the room, below its card; what to say where that fails."""
        assert ticket.channel_id is not None  # noqa: S101  it is open
        await self._ports.posts.pay(CARD, ticket.id)
        try:
            content = await self._ports.acts.read_file(url, most=FILE_LIMIT)
            post = Post(is_plain=True, picture=Picture(name, content))
            await self._ports.acts.send(ticket.guild_id, ticket.channel_id, post)
        except ActFailed as error:
            text = _("{name} could not be put into your ticket: {error}. Send it there yourself.")
            return text.format(name=inline(name, 100), error=error)
        return ""

    async def _reopened(
        self, tx: Transaction, seen: Ticket, kind: TicketType, visitor: Visitor, *, has_room: bool
    ) -> Ticket:
        locked = await store.by_id(tx, seen.id, locks=True)
        if locked is None or locked.state is not seen.state:
            raise UserError(_("Somebody else was quicker."))
        seen = locked
        if seen.is_open:
            raise UserError(_("Ticket {number} is open.").format(number=seen.number))
        now = self._ports.clock.now()
        key = await self._eligibility.free_key(tx, kind, seen.opener_id, waits=False)
        values: dict[str, Any] = {
            "open_key": key,
            "reopened_by_id": visitor.user_id,
            "warned_at": None,
            "warn_at": None,
            "close_at": None,
            "delete_at": None,
            "forget_at": None,
            "spoken_at": now,
            "asked_by_id": None,
            "ask_reason": None,
            "duty_failure": None,
            "look_at": None if has_room else now + LEASE,
            "state": (TicketState.OPEN if has_room else TicketState.OPENING).value,
        }
        if has_room:
            duties = (RoomDuty.REOPEN, RoomDuty.GUESTS)
            ticket = await store.oblige(tx, seen, *duties, **values)
        else:
            values |= {"room_duties": (), "channel_id": None, "created_at": now}
            values |= {"parent_id": self._construction.parent(seen.guild_id, kind)}
            ticket = await store.change(tx, seen, **values)
        assert ticket is not None  # noqa: S101  it is locked
        if has_room:
            # Whatever became of them meanwhile, it is theirs again.
            opener = GuestPass(Guest(ticket.opener_id), is_due=True)
            await guest_store.put(tx, ticket, kind, [opener])
            await self._construction.tell_reopened(tx, ticket)
        return ticket

    async def _has_room(self, ticket: Ticket) -> bool:
        """Whether its room is still there; no answer is a refusal that says so."""
        if ticket.channel_id is None:
            return False
        try:
            await self._ports.acts.room(ticket.guild_id, ticket.channel_id)
        except Gone:
            return False
        except ActFailed as error:
            text = _("Discord did not say whether its channel is still there: {error}. Try again.")
            raise UserError(text.format(error=error)) from error
        return True
