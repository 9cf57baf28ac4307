"""Placement: a ticket's room is made, or found where a process before this one made it.

Whatever Discord refuses leaves the row `void`, or closed again, with its key free.
"""

from datetime import timedelta
from typing import Any

from bot.acts import ActFailed, ActRefused, Gone
from bot.catalogue.tickets import TicketOpened, TicketReopened
from bot.errors import UserError
from bot.features.tickets import store, times, type_store
from bot.features.tickets.cards import CARD, LOG
from bot.features.tickets.conversation import Conversation
from bot.features.tickets.model import Ticket, TicketState
from bot.features.tickets.ports import TicketsPorts
from bot.features.tickets.types import TicketType
from bot.logs import get_logger
from bot.posts.store import Addressee
from bot.rooms import Guest, RoomPlan
from bot.storage.database import Reading, Transaction
from bot.storage.sweep import DueRows
from bot.texts import _

MARGIN = timedelta(minutes=1)  # by which Discord's clock may differ from this one
CATEGORY_LIMIT = 50  # channels of a category (source: Discord's reference, "Channel Object")
GUILD_LIMIT = 500  # channels of a server

_log = get_logger("herald.tickets")


class Placement:
    """Steps two and three of an opening; a sweep finds those that nobody has finished."""

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

    def parent(self, guild_id: int, kind: TicketType) -> int | None:
        """Where its room is made: in the overflow category once the first one is full."""
        choices = kind.choices
        if choices.place == "thread":
            return choices.thread_channel_id
        if choices.category_id is None or choices.overflow_id is None:
            return choices.category_id
        count = self._ports.acts.channels_in(guild_id, choices.category_id)
        return choices.overflow_id if count >= CATEGORY_LIMIT else choices.category_id

    async def has_room(self, ticket: Ticket) -> bool:
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

    async def bring(self, ticket: Ticket, kind: TicketType) -> Ticket:
        """Make its room, or find it, and join them."""
        plan = plan_of(ticket, kind)
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

    async def tell_reopened(self, tx: Transaction, ticket: Ticket) -> None:
        """Tell that it is open again, in the transaction that opens it."""
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

    async def _resume(self, ticket: Ticket) -> None:
        """What another process, or this one before its end, has begun."""
        if self._ports.acts.own_standing(ticket.guild_id) is None:
            return
        async with self._ports.database.reading() as reading:
            kind = await type_store.by_id(reading, ticket.guild_id, ticket.type_id)
        try:
            await self.bring(ticket, kind)
        except (UserError, ActFailed) as error:
            _log.warning("ticket.not_opened", ticket=ticket.id, error=str(error))

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
                await self.tell_reopened(tx, opened)
        return opened


def plan_of(ticket: Ticket, kind: TicketType) -> RoomPlan:
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
