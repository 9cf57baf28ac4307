"""Handwork: what people did to a ticket's room on Discord, which its row follows.

Whoever may change a channel by hand means it: who was let in is in from then on, who was shut out
is out, a name or a category stays. What the bot itself has still to do there goes before that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.acts import ActFailed, Gone
from bot.catalogue.security import AuditDraft
from bot.features.tickets import access, guest_store, store, type_store
from bot.features.tickets.absences import Absences
from bot.features.tickets.access import GuestPass
from bot.features.tickets.exposure import Exposure
from bot.features.tickets.model import RoomDuty, Ticket
from bot.features.tickets.ports import TicketsPorts
from bot.features.tickets.types import TicketType
from bot.logs import get_logger
from bot.rooms import RoomSeen
from bot.storage.database import Reading, Transaction

TURNS = 3  # another process may change the row between what is seen and what is written

_log = get_logger("herald.tickets")


@dataclass(frozen=True, slots=True)
class Inspection:
    """A ticket with its type and passes as its rows have them, and its room as it is seen."""

    ticket: Ticket
    kind: TicketType
    passes: Sequence[GuestPass]
    seen: RoomSeen

    @property
    def values(self) -> dict[str, Any]:
        """What the row has to take over of the room itself."""
        duties, seen = self.ticket.room_duties, self.seen
        values: dict[str, Any] = {}
        if RoomDuty.RENAME not in duties and seen.name != self.ticket.room_name:
            values["room_name"] = seen.name
        if RoomDuty.MOVE not in duties and seen.parent_id != self.ticket.parent_id:
            values["parent_id"] = seen.parent_id
        return values


class Handwork:
    """Looks at rooms and brings rows up to them, with the ticket's lock held."""

    def __init__(self, ports: TicketsPorts, *, absences: Absences, exposure: Exposure) -> None:
        self._ports = ports
        self._absences = absences
        self._exposure = exposure

    async def compare(self, ticket: Ticket) -> None:
        """Look at its room, and whether its opener is still there."""
        try:
            await self.look(ticket)
        except ActFailed as error:
            _log.info("ticket.not_compared", ticket=ticket.id, error=str(error))
        await self._absences.opener(ticket)

    async def look(self, ticket: Ticket, *, anew: bool = False) -> Inspection | None:
        """Bring its row up to its room; None where that is gone, or somebody else is at it.

        Memory is asked first, unless `anew`; what differs there is asked of Discord, which knows
        of the bot's own acts sooner than memory does.
        """
        for _turn in range(TURNS):
            async with self._ports.database.reading() as reading:
                before = await self._rows(reading, ticket.id)
            if before is None or before[0].channel_id is None:
                return None
            found = await self._seen(*before, anew=anew)
            if found is None:
                return None
            if found.seen.guests is not None and not self._differs(found):
                return found
            if not anew:
                anew = True
            elif (after := await self._adopted(found)) is not None:
                return after
        _log.info("ticket.not_compared", ticket=ticket.id, error="it changed meanwhile")
        return None

    async def _rows(
        self, reading: Reading, ticket_id: int, *, locks: bool = False
    ) -> tuple[Ticket, TicketType, Sequence[GuestPass]] | None:
        ticket = await store.by_id(reading, ticket_id, locks=locks)
        if ticket is None:
            return None
        kind = await type_store.by_id(reading, ticket.guild_id, ticket.type_id)
        return ticket, kind, await guest_store.of_ticket(reading, ticket_id)

    async def _seen(
        self, ticket: Ticket, kind: TicketType, passes: Sequence[GuestPass], *, anew: bool
    ) -> Inspection | None:
        """The same with its room; None where that is gone, which ends an open ticket."""
        assert ticket.channel_id is not None  # noqa: S101  whoever asks has looked
        try:
            seen = await self._ports.acts.room(ticket.guild_id, ticket.channel_id, anew=anew)
        except Gone:
            await self._absences.room(ticket.guild_id, ticket.channel_id)
            return None
        return Inspection(ticket, kind, passes, seen)

    def _differs(self, found: Inspection) -> bool:
        return bool(found.values or self._by_hand(found))

    def _by_hand(self, found: Inspection) -> list[GuestPass]:
        guild_id = found.ticket.guild_id
        return access.by_hand(
            found.ticket,
            found.kind,
            found.passes,
            seen=found.seen.guests or (),
            role_ids=self._ports.acts.roles(guild_id),
        )

    async def _adopted(self, found: Inspection) -> Inspection | None:
        """Written down, where the rows are still what they were before Discord was asked."""
        ticket, changes = found.ticket, self._by_hand(found)
        async with self._ports.database.transaction() as tx:
            before = await self._rows(tx, ticket.id, locks=True)
            if before is None or not _is_same(before, found):
                return None
            after = await store.change(tx, ticket, **found.values) if found.values else ticket
            assert after is not None  # noqa: S101  it is locked
            await guest_store.put(tx, after, found.kind, changes)
            for text in _words(found, changes):
                await self._audit(tx, after, text)
            await self._exposure.tell(tx, after, found.passes)
            passes = await guest_store.of_ticket(tx, ticket.id)
        return Inspection(after, found.kind, passes, found.seen)

    async def _audit(self, tx: Transaction, ticket: Ticket, text: str) -> None:
        draft = AuditDraft(
            guild_id=ticket.guild_id,
            event_type="tickets.room_changed",
            summary=f"Somebody {text} ticket {ticket.number} by hand.",
            target_type="ticket",
            target_id=str(ticket.id),
            actor_name="Somebody",
        )
        await self._ports.audit.write(tx, draft)


def _is_same(before: tuple[Ticket, TicketType, Sequence[GuestPass]], found: Inspection) -> bool:
    """Whether nobody has written anything since that a look goes by."""
    ticket, kind, passes = before
    was = found.ticket
    return (
        (ticket.state, ticket.channel_id, ticket.room_turn, ticket.room_duties)
        == (was.state, was.channel_id, was.room_turn, was.room_duties)
        and (ticket.room_name, ticket.parent_id) == (was.room_name, was.parent_id)
        and kind == found.kind
        and list(passes) == list(found.passes)
    )


def _words(found: Inspection, changes: Sequence[GuestPass]) -> list[str]:
    """What was done, for the audit log: somebody … ticket 3 by hand."""
    words = list[str]()
    for one in changes:
        name = f"role {one.id}" if one.guest.is_role else f"user {one.id}"
        name = "everybody" if one.id == found.ticket.guild_id else name
        words.append(f"let {name} into" if one.is_in else f"shut {name} out of")
    words += ["renamed"] if "room_name" in found.values else []
    return words + (["moved"] if "parent_id" in found.values else [])
