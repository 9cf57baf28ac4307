"""Openings: a ticket's row first, then its room, then both joined; each step can be run again.

1. A transaction: number, key and row, `opening`; no event.
2. The room on Discord, or the one that a process before this one made.
3. A transaction: the row `open` with its room, the event and its card. Where Discord refuses, the
   row is `void` and its key is free: the person may try again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.acts import ActFailed, ActRefused, Gone
from bot.catalogue.tickets import TicketOpened, TicketReopened
from bot.controls import Picture, Post
from bot.errors import NotFound, UserError
from bot.features.tickets import store, times, type_store
from bot.features.tickets.cards import CARD, LOG
from bot.features.tickets.conversation import Conversation
from bot.features.tickets.model import (
    RoomDuty,
    Ticket,
    TicketState,
    Visitor,
    is_staff,
    room_name,
    subject_of,
)
from bot.features.tickets.ports import TicketsPorts
from bot.features.tickets.types import TicketType
from bot.logs import get_logger
from bot.posts.store import Addressee
from bot.rooms import Guest, RoomPlan
from bot.storage.database import Reading, Transaction
from bot.storage.sweep import LEASE, DueRows
from bot.texts import _, ago
from bot.user_text import inline

MARGIN = timedelta(minutes=1)  # by which Discord's clock may differ from this one
CATEGORY_LIMIT = 50  # channels of a category (source: Discord's reference, "Channel Object")
GUILD_LIMIT = 500  # channels of a server
FILE_LIMIT = 8 * 1024 * 1024  # bytes of a file that every server takes

_log = get_logger("herald.tickets")


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks for: a type, what it is about, the form's answers, and for whom.

    `opener` is who the ticket belongs to, where the staff open it for somebody.
    """

    type_id: int
    subject: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict[str, Any])
    opener: tuple[int, str] | None = None


class Openings:
    """Opens tickets, and opens again those that were closed."""

    def __init__(self, ports: TicketsPorts, conversation: Conversation) -> None:
        self._ports = ports
        self._conversation = conversation
        self.rows = DueRows(
            "opening",
            store.table,
            store.opening,
            store.ticket_of,
            self._resume,
            key=lambda ticket: ticket.key,
            still=_still_opening,
        )

    async def types(self, guild_id: int) -> dict[int, TicketType]:
        """The guild's types by id, from memory once they were read."""

        async def read() -> dict[int, TicketType]:
            async with self._ports.database.reading() as reading:
                return {one.id: one for one in await type_store.all_of(reading, guild_id)}

        return await self._ports.types.get(str(guild_id), read)

    async def ready(self, visitor: Visitor, type_id: int) -> TicketType:
        """The type, where they may open one of it now; a UserError says why not.

        Asked before the form is shown; `open` asks again.
        """
        found = (await self.types(visitor.guild_id)).get(type_id)
        if found is None:
            raise NotFound(_("That type of ticket is not there any more. Ask the staff."))
        await self._refuse(visitor, found)
        async with self._ports.database.reading() as reading:
            await self._refuse_another(reading, found, visitor.user_id)
        return found

    async def open(self, visitor: Visitor, request: Request) -> Ticket:
        """Open one, and wait for its room; pressed twice, the second is refused."""
        opener_id, opener_name = request.opener or (visitor.user_id, visitor.name)
        kind = (await self.types(visitor.guild_id)).get(request.type_id)
        if kind is None:
            raise NotFound(_("That type of ticket is not there any more. Ask the staff."))
        for_another = opener_id != visitor.user_id
        if for_another and not is_staff(visitor, kind.choices.staff_role_ids):
            raise UserError(_("Only its staff can open a ticket for somebody else."))
        if not for_another:
            await self._refuse(visitor, kind)
        subject = subject_of(request.subject) or kind.name
        async with self._ports.database.transaction() as tx:
            number = await store.next_number(tx, visitor.guild_id)
            key = await self._refuse_another(tx, kind, opener_id, waits=not for_another)
            now = self._ports.clock.now()
            name = room_name(
                kind.choices.name_pattern,
                type=kind.name,
                number=number,
                user=opener_name,
                priority="normal",
            )
            ticket = await store.add(
                tx,
                guild_id=visitor.guild_id,
                number=number,
                type_id=kind.id,
                opener_id=opener_id,
                opener_name=opener_name,
                opened_by_id=visitor.user_id,
                subject=subject,
                answers=dict(request.answers),
                open_key=key,
                room_name=name,
                parent_id=self._parent(visitor.guild_id, kind),
                is_thread=kind.choices.place == "thread",
                created_at=now,
                look_at=now + LEASE,
            )
        async with self._ports.locks.hold(ticket.key):
            return await self._brought(ticket, kind)

    async def reopen(self, visitor: Visitor, number: int) -> Ticket:
        """Open a closed one again, where its room is; a new one is made where that is gone."""
        async with self._ports.database.reading() as reading:
            seen = await store.numbered(reading, visitor.guild_id, number)
            kind = await type_store.by_id(reading, visitor.guild_id, seen.type_id)
        if not is_staff(visitor, kind.choices.staff_role_ids) and visitor.user_id != seen.opener_id:
            raise UserError(_("Only its staff and whoever opened it can open it again."))
        async with self._ports.locks.hold(seen.key):
            has_room = await self._has_room(seen)
            async with self._ports.database.transaction() as tx:
                await store.lock_keys(tx, visitor.guild_id)
                ticket = await self._reopened(tx, seen, kind, visitor, has_room=has_room)
            if ticket.state is TicketState.OPENING:
                return await self._brought(ticket, kind)
        return ticket

    async def hand_in(self, ticket: Ticket, name: str, url: str) -> str:
        """Copy a file of the form into the room at once; where that fails, what to say of it."""
        assert ticket.channel_id is not None  # noqa: S101  it is open
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
        if seen.is_open:
            raise UserError(_("Ticket {number} is open.").format(number=seen.number))
        now = self._ports.clock.now()
        key = await self._refuse_another(tx, kind, seen.opener_id, waits=False)
        values: dict[str, Any] = {
            "open_key": key,
            "reopened_by_id": visitor.user_id,
            "warned_at": None,
            "delete_at": None,
            "forget_at": None,
            "spoken_at": now,
            "asked_by_id": None,
            "ask_reason": None,
            "look_at": None if has_room else now + LEASE,
            "state": (TicketState.OPEN if has_room else TicketState.OPENING).value,
        }
        if has_room:
            values |= {"room_duty": RoomDuty.REOPEN.value}
        else:
            values |= {"room_duty": None, "channel_id": None, "created_at": now}
            values |= {"parent_id": self._parent(seen.guild_id, kind)}
        ticket = await store.change(tx, seen, **values)
        if ticket is None:
            raise UserError(_("Somebody else was quicker."))
        if has_room:
            await self._tell_reopened(tx, ticket)
        return ticket

    async def _tell_reopened(self, tx: Transaction, ticket: Ticket) -> None:
        assert ticket.reopened_by_id is not None  # noqa: S101  whoever reopens is written down
        assert ticket.channel_id is not None  # noqa: S101  it has a room
        event = TicketReopened(
            guild_id=ticket.guild_id,
            ticket_id=ticket.id,
            number=ticket.number,
            reopened_by_id=ticket.reopened_by_id,
            opener_id=ticket.opener_id,
            channel_id=ticket.channel_id,
        )
        await self._ports.outbox.emit(tx, event)
        await self._ports.posts.redraw(tx, CARD, ticket.id)
        await self._ports.posts.redraw(tx, LOG, ticket.id)

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

    async def _refuse(self, visitor: Visitor, kind: TicketType) -> None:
        chosen = await self._ports.chosen(visitor.guild_id)
        if not chosen.enabled:
            raise UserError(_("Tickets are switched off in this server."))
        required = {*kind.choices.required_role_ids}
        if required and not required & visitor.role_ids:
            text = _("To open a “{name}” ticket you need one of these roles: {roles}.")
            roles = ", ".join(f"<@&{one}>" for one in sorted(required))
            raise UserError(text.format(name=kind.name, roles=roles))
        if {*kind.choices.refused_role_ids} & visitor.role_ids:
            text = _("With one of your roles you cannot open a “{name}” ticket.")
            raise UserError(text.format(name=kind.name))

    async def _refuse_another(
        self, reading: Reading, kind: TicketType, opener_id: int, *, waits: bool = True
    ) -> str:
        """A free key; a UserError where they have as many as they may, or must wait."""
        choices = kind.choices
        key = await store.free_key(reading, kind.guild_id, kind.id, opener_id, choices.open_limit)
        last = await store.newest_of(reading, kind.guild_id, kind.id, opener_id)
        if key is None:
            where = f"<#{last.channel_id}>" if last and last.channel_id else ""
            text = _("There is a “{name}” ticket open already. {where}")
            raise UserError(text.format(name=kind.name, where=where).strip())
        if waits and last is not None and choices.cooldown_minutes:
            free_at = last.created_at + timedelta(minutes=choices.cooldown_minutes)
            if self._ports.clock.now() < free_at:
                text = _("You can open another “{name}” ticket {when}.")
                raise UserError(text.format(name=kind.name, when=ago(free_at)))
        return key

    def _parent(self, guild_id: int, kind: TicketType) -> int | None:
        """Where its room is made: in the overflow category once the first one is full."""
        choices = kind.choices
        if choices.place == "thread":
            return choices.thread_channel_id
        if choices.category_id is None or choices.overflow_id is None:
            return choices.category_id
        count = self._ports.acts.channels_in(guild_id, choices.category_id)
        return choices.overflow_id if count >= CATEGORY_LIMIT else choices.category_id

    async def _resume(self, ticket: Ticket) -> None:
        """What another process, or this one before its end, has begun."""
        if self._ports.acts.own_standing(ticket.guild_id) is None:
            return
        async with self._ports.database.reading() as reading:
            kind = await type_store.by_id(reading, ticket.guild_id, ticket.type_id)
        try:
            await self._brought(ticket, kind)
        except (UserError, ActFailed) as error:
            _log.warning("ticket.not_opened", ticket=ticket.id, error=str(error))

    async def _brought(self, ticket: Ticket, kind: TicketType) -> Ticket:
        """Make its room, or find it, and join them."""
        plan = self.plan(ticket, kind)
        acts, reason = self._ports.acts, f"[ticket {ticket.number}]"
        try:
            since = ticket.created_at - MARGIN
            found = await acts.find_rooms(ticket.guild_id, plan, since=since)
            async with self._ports.database.reading() as reading:
                taken = await store.rooms(reading, found)
            free = [one for one in found if one not in taken]
            if free:
                channel_id = free[0]
                for guest in plan.guests:
                    if not plan.is_thread or not guest.is_role:
                        await acts.admit(ticket.guild_id, channel_id, guest, reason=reason)
            else:
                channel_id = await acts.make_room(ticket.guild_id, plan, reason=reason)
        except ActRefused as error:
            await self._void(ticket)
            raise UserError(self._refused(ticket, kind, error)) from error
        except ActFailed as error:
            text = _("Discord gave no answer ({error}). Your ticket opens as soon as it does.")
            raise UserError(text.format(error=error)) from error
        opened = await self._attach(ticket, kind, channel_id)
        try:
            await self._conversation.read_on(opened)  # what was written before the two were joined
        except ActFailed as error:
            _log.info("ticket.not_read", ticket=opened.id, error=str(error))
        return opened

    def _refused(self, ticket: Ticket, kind: TicketType, error: ActRefused) -> str:
        guild_id = ticket.guild_id
        if self._ports.acts.channels_in(guild_id, None) >= GUILD_LIMIT:
            return _("This server has 500 channels, as many as Discord takes. Tell the staff.")
        parent_id = ticket.parent_id
        if (
            kind.choices.place == "channel"
            and parent_id is not None
            and self._ports.acts.channels_in(guild_id, parent_id) >= CATEGORY_LIMIT
        ):
            return _("The category for these tickets is full. Tell the staff.")
        text = _("I could not open the ticket: {error}. Tell the staff to run /ticket check.")
        return text.format(error=error)

    async def _void(self, ticket: Ticket) -> None:
        """Nothing came of it; a ticket that was closed before is closed again."""
        state = TicketState.VOID if ticket.opened_at is None else TicketState.CLOSED
        async with self._ports.database.transaction() as tx:
            await store.change(tx, ticket, state=state.value, open_key=None)

    async def _attach(self, ticket: Ticket, kind: TicketType, channel_id: int) -> Ticket:
        now = self._ports.clock.now()
        is_new = ticket.opened_at is None
        values: dict[str, Any] = {"last_message_id": None, "renamed_at": None}
        if is_new:
            values |= {"opened_at": now, "promise_at": times.promise(kind.choices, now)}
        async with self._ports.database.transaction() as tx:
            opened = await store.change(
                tx,
                ticket,
                state=TicketState.OPEN.value,
                channel_id=channel_id,
                spoken_at=now,
                spoken_by_opener=True,
                look_at=None,
                **values,
            )
            if opened is None:
                raise UserError(_("Somebody else was quicker."))
            await self._ports.moved(tx, opened.guild_id)
            await self._ports.posts.drop(tx, CARD, ticket.id)
            await self._ports.posts.owe(
                tx, CARD, ticket.id, Addressee(ticket.guild_id, channel_id=channel_id)
            )
            if is_new:
                await self._tell_opened(tx, opened)
            else:
                await self._tell_reopened(tx, opened)
        return opened

    async def _tell_opened(self, tx: Transaction, ticket: Ticket) -> None:
        assert ticket.channel_id is not None  # noqa: S101  it was just given
        event = TicketOpened(
            guild_id=ticket.guild_id,
            ticket_id=ticket.id,
            number=ticket.number,
            opener_id=ticket.opener_id,
            ticket_type_id=ticket.type_id,
            subject=ticket.subject,
            channel_id=ticket.channel_id,
        )
        await self._ports.outbox.emit(tx, event)

    def plan(self, ticket: Ticket, kind: TicketType) -> RoomPlan:
        """The room that a ticket is to have."""
        staff = (Guest(one, is_role=True) for one in kind.choices.staff_role_ids)
        return RoomPlan(
            name=ticket.room_name,
            parent_id=ticket.parent_id,
            is_thread=ticket.is_thread,
            topic=ticket.topic,
            guests=(Guest(ticket.opener_id), *staff),
        )


async def _still_opening(reading: Reading, seen: Ticket) -> Ticket | None:
    found = await store.by_id(reading, seen.id)
    return found if found is not None and found.state is TicketState.OPENING else None
