"""Duties of rooms: what is left to do on Discord to a ticket that changed, until it is done."""

from typing import Any

from bot.acts import ActFailed, Gone
from bot.features.tickets import store, type_store
from bot.features.tickets.cards import LETTER, LOG
from bot.features.tickets.conversation import Conversation
from bot.features.tickets.model import RoomDuty, Ticket
from bot.features.tickets.ports import TicketsPorts
from bot.logs import get_logger
from bot.rooms import Guest
from bot.storage.database import Reading
from bot.storage.sweep import DueRows

_log = get_logger("herald.tickets")


class RoomDuties:
    """Shuts, opens again and deletes rooms; what Discord refuses is tried again in a minute."""

    def __init__(self, ports: TicketsPorts, conversation: Conversation) -> None:
        self._ports = ports
        self._conversation = conversation
        self.rows = DueRows(
            "duty",
            store.table,
            store.with_duty,
            store.ticket_of,
            self.do,
            key=lambda ticket: ticket.key,
            still=_still_due,
        )

    async def do(self, ticket: Ticket) -> None:
        """Do what is left; a room that is gone needs nothing."""
        if ticket.channel_id is None or ticket.room_duty is None:
            return
        if self._ports.acts.own_standing(ticket.guild_id) is None:
            return
        is_gone = ticket.room_duty is RoomDuty.DELETE
        try:
            await self._done(ticket, ticket.channel_id, ticket.room_duty)
        except Gone:
            is_gone = True
        except ActFailed as error:
            _log.warning("ticket.room_duty_failed", ticket=ticket.id, error=str(error))
            return
        async with self._ports.database.transaction() as tx:
            values: dict[str, Any] = {"room_duty": None, "look_at": None}
            if is_gone:
                values |= {"channel_id": None, "delete_at": None}
                await self._ports.moved(tx, ticket.guild_id)
            if ticket.room_duty is RoomDuty.RENAME:
                values["renamed_at"] = self._ports.clock.now()
            await store.change_duty(tx, ticket, **values)
            if ticket.room_duty is RoomDuty.SHUT:
                # By now everything that was written is here, with what people made of it.
                await self._ports.posts.redraw(tx, LOG, ticket.id)
                await self._ports.posts.redraw(tx, LETTER, ticket.id)

    async def _done(self, ticket: Ticket, channel_id: int, duty: RoomDuty) -> None:
        acts, guild_id, reason = self._ports.acts, ticket.guild_id, f"[ticket {ticket.number}]"
        if duty is RoomDuty.RENAME:
            await acts.rename_room(guild_id, channel_id, ticket.room_name, reason=reason)
            return
        if duty is not RoomDuty.REOPEN:
            await self._conversation.read_on(ticket)
        if duty is RoomDuty.SHUT:
            await self._conversation.read_again(ticket)
        if duty is RoomDuty.DELETE:
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


async def _still_due(reading: Reading, seen: Ticket) -> Ticket | None:
    found = await store.by_id(reading, seen.id)
    return found if found is not None and found.room_duty is not None else None
