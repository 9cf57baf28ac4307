"""Construction of a ticket's room: made or found again, and joined to its row.

Whatever ends the process, whoever comes next starts from the row: a room that was made is found
by its plan, one that nothing comes of is deleted before the row is given up.
"""

from datetime import timedelta
from typing import Any

from bot.acts import ActFailed, ActRefused, Gone
from bot.catalogue.tickets import TicketOpened, TicketReopened
from bot.errors import UserError
from bot.features.tickets import guest_store, store, times, type_store
from bot.features.tickets.cards import CARD, LOG
from bot.features.tickets.conversation import Conversation
from bot.features.tickets.due import due_tickets
from bot.features.tickets.handwork import Handwork
from bot.features.tickets.model import RoomDuty, Ticket, TicketState
from bot.features.tickets.ports import TicketsPorts
from bot.features.tickets.types import TicketType
from bot.logs import get_logger
from bot.posts.store import Addressee
from bot.rooms import CATEGORY_LIMIT, GUILD_LIMIT, Guest, RoomPlan
from bot.storage.database import Transaction
from bot.texts import _

MARGIN = timedelta(minutes=1)  # by which Discord's clock may differ from this one

_log = get_logger("herald.tickets")


class Construction:
    """The second and third step of an opening; each can be run again."""

    def __init__(
        self, ports: TicketsPorts, *, conversation: Conversation, handwork: Handwork
    ) -> None:
        self._ports = ports
        self._conversation = conversation
        self._handwork = handwork
        self.rows = due_tickets(
            "opening",
            store.opening,
            self._resume,
            still=lambda ticket: ticket.state is TicketState.OPENING,
        )
        self.withdrawn = due_tickets(
            "withdrawn", store.withdrawn, self._resume, still=lambda one: bool(one.room_duties)
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

    async def build(self, ticket: Ticket, kind: TicketType, *, again: bool = False) -> Ticket:
        """Make its room, or find it, and join them; a UserError says what came of it.

        Where somebody was at it before, Discord is asked what is there.
        """
        plan = _plan(ticket, kind)
        try:
            channel_id = await self._room(ticket, plan, again=again)
        except ActRefused as error:
            text = self._refused(ticket, kind, error)
            await self._give_up(ticket, plan)
            raise UserError(text) from error
        except ActFailed as error:
            raise UserError(_no_answer(error)) from error
        opened = await self._attach(ticket, kind, channel_id)
        if opened is None:
            await self._left_over(ticket, plan, channel_id)
            raise UserError(_("Somebody else was quicker."))
        if ticket.opened_at is None:
            await self._left_over(opened, plan)
        return await self._looked_over(opened)

    async def _resume(self, ticket: Ticket) -> None:
        """What another process, or this one before its end, has begun, or is not to end."""
        if self._ports.acts.own_standing(ticket.guild_id) is None:
            return
        async with self._ports.database.reading() as reading:
            kind = await type_store.by_id(reading, ticket.guild_id, ticket.type_id)
        try:
            if ticket.state is TicketState.VOID:
                await self._give_up(ticket, _plan(ticket, kind))
            else:
                await self.build(ticket, kind, again=True)
        except (UserError, ActFailed) as error:
            _log.warning("ticket.not_opened", ticket=ticket.id, error=str(error))

    async def _room(self, ticket: Ticket, plan: RoomPlan, *, again: bool) -> int:
        acts, reason = self._ports.acts, f"[ticket {ticket.number}]"
        free = await self._made(ticket, plan, anew=again)
        if not free:
            return await acts.make_room(ticket.guild_id, plan, reason=reason)
        if plan.is_thread:  # a channel is made with its guests, a thread gets them one by one
            for guest in plan.guests:
                if not guest.is_role:
                    await acts.admit(ticket.guild_id, free[0], guest, reason=reason)
        return free[0]

    async def _made(self, ticket: Ticket, plan: RoomPlan, *, anew: bool = True) -> list[int]:
        """What was made for it and is no ticket's room, oldest first."""
        since = ticket.created_at - MARGIN
        found = await self._ports.acts.find_rooms(ticket.guild_id, plan, since=since, anew=anew)
        async with self._ports.database.reading() as reading:
            taken = await store.rooms(reading, found)
        return [one for one in found if one not in taken]

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
        place = _("this server") if parent_id is None else f"<#{parent_id}>"
        text = _("I could not open it in {place}: {error}. Tell the staff to run /ticket check.")
        return text.format(place=place, error=error)

    async def _give_up(self, ticket: Ticket, plan: RoomPlan) -> None:
        """Nothing came of it: what was made of it goes, then the row's key is free again."""
        try:
            for channel_id in await self._made(ticket, plan):
                await self._delete(ticket, channel_id)
        except ActRefused as error:
            _log.warning("ticket.room_left", ticket=ticket.id, error=str(error))
        except ActFailed as error:
            raise UserError(_no_answer(error)) from error
        await self._void(ticket)

    async def _left_over(self, ticket: Ticket, plan: RoomPlan, *made: int) -> None:
        """What was made for it and is no ticket's room goes.

        Another process was quicker; or discord.py asked for one again, after an answer was lost.
        """
        found = {*made}
        try:
            if not plan.is_thread:  # of which memory knows
                since = ticket.created_at - MARGIN
                found |= {*await self._ports.acts.find_rooms(ticket.guild_id, plan, since=since)}
            async with self._ports.database.reading() as reading:
                taken = await store.rooms(reading, [*found])
            for channel_id in found.difference(taken):
                await self._delete(ticket, channel_id)
        except ActFailed as error:
            _log.warning("ticket.room_left", ticket=ticket.id, error=str(error))

    async def _delete(self, ticket: Ticket, channel_id: int) -> None:
        reason = f"[ticket {ticket.number}]"
        try:
            await self._ports.acts.delete_room(ticket.guild_id, channel_id, reason=reason)
        except Gone:
            return

    async def _void(self, ticket: Ticket) -> None:
        """A ticket that was closed before is closed again, and forgotten in its time."""
        values: dict[str, Any] = {"state": TicketState.VOID.value, "room_duties": ()}
        if ticket.opened_at is not None:
            chosen = await self._ports.chosen(ticket.guild_id)
            forget_at = self._ports.clock.now() + timedelta(days=chosen.keep_days)
            values = {"state": TicketState.CLOSED.value, "forget_at": forget_at}
        async with self._ports.database.transaction() as tx:
            await store.change(tx, ticket, open_key=None, **values)

    async def _attach(self, ticket: Ticket, kind: TicketType, channel_id: int) -> Ticket | None:
        """The row with its room; None where it is not opening any more."""
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
                return None
            await self._ports.moved(tx, opened.guild_id)
            await self._ports.posts.drop(tx, CARD, ticket.id)
            to = Addressee(ticket.guild_id, channel_id=channel_id)
            # Whoever hands in files writes it first, so that they do not stand above it.
            soon = not kind.hands_in(ticket.answers)
            await self._ports.posts.owe(tx, CARD, ticket.id, to, soon=soon)
            if is_new:
                await self._tell_opened(tx, opened)
            else:
                if await guest_store.invite(tx, opened, kind):
                    await store.oblige(tx, opened, RoomDuty.GUESTS)
                await self.tell_reopened(tx, opened)
        return opened

    async def _looked_over(self, opened: Ticket) -> Ticket:
        """What happened before the two were joined, nobody was told of: it is looked for."""
        try:
            await self._conversation.read_on(opened)
        except Gone:
            pass  # said below
        except ActFailed as error:
            _log.info("ticket.not_read", ticket=opened.id, error=str(error))
        await self._handwork.compare(opened)
        async with self._ports.database.reading() as reading:
            seen = await store.by_id(reading, opened.id)
        if seen is None or seen.channel_id is None:
            raise UserError(_("Its channel was deleted as soon as it was there."))
        return seen

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

    async def tell_reopened(self, tx: Transaction, ticket: Ticket) -> None:
        """That it is open again, in whatever room."""
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


def _plan(ticket: Ticket, kind: TicketType) -> RoomPlan:
    """The room that a ticket is to have."""
    staff = (Guest(one, is_role=True) for one in kind.choices.staff_role_ids)
    return RoomPlan(
        name=ticket.room_name,
        parent_id=ticket.parent_id,
        is_thread=ticket.is_thread,
        topic=ticket.topic,
        guests=(Guest(ticket.opener_id), *staff),
    )


def _no_answer(error: ActFailed) -> str:
    text = _("Discord gave no answer ({error}). Your ticket opens as soon as it does.")
    return text.format(error=error)
