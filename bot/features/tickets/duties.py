"""Duties of rooms: what is left to do on Discord to a ticket that changed, until it is done."""

from bot.acts import ActFailed, ActRefused, Gone
from bot.features.tickets import store, type_store
from bot.features.tickets.absences import Absences
from bot.features.tickets.cards import LETTER, LOG
from bot.features.tickets.conversation import Conversation
from bot.features.tickets.due import due_tickets
from bot.features.tickets.model import RoomDuty, Ticket
from bot.features.tickets.ports import TicketsPorts
from bot.logs import get_logger
from bot.rooms import Guest

_log = get_logger("herald.tickets")


class RoomDuties:
    """Shuts, opens again and deletes rooms; what Discord refuses is tried again in a minute."""

    def __init__(
        self, ports: TicketsPorts, *, conversation: Conversation, absences: Absences
    ) -> None:
        self._ports = ports
        self._conversation = conversation
        self._absences = absences
        self.rows = due_tickets(
            "duty",
            store.with_duty,
            self.do,
            still=lambda ticket: ticket.room_duty is not None,
        )

    async def do(self, ticket: Ticket) -> None:
        """Do what is left; a room that is gone needs nothing."""
        if ticket.channel_id is None or ticket.room_duty is None:
            return
        if self._ports.acts.own_standing(ticket.guild_id) is None:
            return
        try:
            await self._done(ticket, ticket.channel_id, ticket.room_duty)
            next_one = await self._next(ticket, ticket.channel_id)
        except Gone as error:
            if not await self._is_gone(ticket, ticket.channel_id):
                _log.warning("ticket.room_duty_failed", ticket=ticket.id, error=str(error))
                return
            await self._absences.room(ticket.guild_id, ticket.channel_id)
            return
        except ActFailed as error:
            _log.warning("ticket.room_duty_failed", ticket=ticket.id, error=str(error))
            return
        if ticket.room_duty is RoomDuty.DELETE:
            await self._absences.room(ticket.guild_id, ticket.channel_id)
            return
        await self._settle(ticket, next_one)

    async def _settle(self, ticket: Ticket, next_one: RoomDuty | None) -> None:
        """It is done, unless another came meanwhile: that may have been done before this was."""
        is_named = ticket.room_duty is RoomDuty.RENAME
        renamed = {"renamed_at": self._ports.clock.now()} if is_named else {}
        async with self._ports.database.transaction() as tx:
            if ticket.room_duty is RoomDuty.SHUT:
                # By now everything that was written is here, with what people made of it.
                await self._ports.posts.redraw(tx, LOG, ticket.id)
                await self._ports.posts.redraw(tx, LETTER, ticket.id)
            if await store.change_duty(tx, ticket, room_duty=next_one, look_at=None, **renamed):
                return
            seen = await store.by_id(tx, ticket.id, locks=True)
            if seen is None or seen.channel_id is None:
                return
            duty = seen.room_duty or (RoomDuty.REOPEN if seen.is_open else RoomDuty.SHUT)
            await store.change(tx, seen, room_duty=duty.value, look_at=None, **renamed)

    async def _next(self, ticket: Ticket, channel_id: int) -> RoomDuty | None:
        """A name that was given while the room was shut, or still to be opened, follows."""
        if ticket.room_duty is not RoomDuty.REOPEN:
            return None
        room = await self._ports.acts.room(ticket.guild_id, channel_id)
        return None if room.name == ticket.room_name else RoomDuty.RENAME

    async def _is_gone(self, ticket: Ticket, channel_id: int) -> bool:
        """Whether it is the room that is not there, and not somebody who was in it."""
        try:
            await self._ports.acts.room(ticket.guild_id, channel_id)
        except Gone:
            return True
        except ActFailed:
            return False
        return False

    async def _read(self, ticket: Ticket) -> None:
        """To its end, and once more; where it may not be read, it is shut all the same."""
        try:
            await self._conversation.read_on(ticket)
            await self._conversation.read_again(ticket)
        except Gone:
            raise
        except ActRefused as error:
            _log.info("ticket.not_read_to_its_end", ticket=ticket.id, error=str(error))

    async def _done(self, ticket: Ticket, channel_id: int, duty: RoomDuty) -> None:
        acts, guild_id, reason = self._ports.acts, ticket.guild_id, f"[ticket {ticket.number}]"
        if duty is RoomDuty.RENAME:
            await acts.rename_room(guild_id, channel_id, ticket.room_name, reason=reason)
            return
        if duty is RoomDuty.SHUT:
            await self._read(ticket)
        if duty is RoomDuty.DELETE:
            await self._conversation.read_on(ticket)
            await acts.delete_room(guild_id, channel_id, reason=reason)
            return
        async with self._ports.database.reading() as reading:
            guests = await store.guests(reading, ticket.id)
            kind = await type_store.by_id(reading, guild_id, ticket.type_id)
        people = [
            one
            for one in (Guest(ticket.opener_id), *guests)
            if one.is_role or acts.standing(guild_id, one.id) is not None
        ]
        staff = {*kind.choices.staff_role_ids}
        await acts.shut_room(
            guild_id,
            channel_id,
            [one for one in people if one.id not in staff],
            shut=duty is RoomDuty.SHUT,
            reason=reason,
        )
