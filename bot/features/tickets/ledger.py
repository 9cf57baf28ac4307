"""Ledger of what is written in tickets: in the order in which it came, many in one transaction.

A message before another is durable no later than that: `last_message_id` passes over none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.catalogue.tickets import AuthorRole, TicketMessage
from bot.features.tickets import message_store, store, times, type_store
from bot.features.tickets.model import Ticket, author_role
from bot.features.tickets.ports import TicketsPorts
from bot.features.tickets.types import TicketType
from bot.rooms import FileSeen, Writing
from bot.storage.database import Transaction
from bot.storage.group import Group
from bot.storage.sweep import LEASE
from bot.texts import N_

MIB = 1024 * 1024
LARGEST = 8 * MIB
ALL_TOGETHER = 64 * MIB  # of one ticket
TOGETHER = 200  # entries that share one transaction, at most


@dataclass(frozen=True, slots=True)
class HeardMessage:
    """Message of a ticket; `is_whole` where none before it is missing."""

    ticket_id: int
    writing: Writing
    is_whole: bool


@dataclass(frozen=True, slots=True)
class EditedMessage:
    """Another wording of a message that may be a ticket's."""

    writing: Writing


@dataclass(frozen=True, slots=True)
class ErasedMessages:
    """Messages that somebody deleted; they stay in the transcript of the staff."""

    message_ids: Sequence[int]


LedgerEntry = HeardMessage | EditedMessage | ErasedMessages


class MessageLedger:
    """Writes entries in groups; whoever hands one in may wait until it is durable."""

    def __init__(self, ports: TicketsPorts) -> None:
        self._ports = ports
        self._group: Group[LedgerEntry, bool] = Group(self.write, limit=TOGETHER)
        self.start, self.stop = self._group.start, self._group.stop
        self.enter = self._group.enter

    async def flushed(self) -> None:
        """Return when all that was handed in so far is durable."""
        if not self._group.is_drained:
            await self.enter(ErasedMessages(()))

    async def write(self, batch: Sequence[LedgerEntry]) -> Sequence[bool]:
        """Write them in one transaction; of each, whether it was news."""
        ids = sorted({one.ticket_id for one in batch if isinstance(one, HeardMessage)})
        guilds = {one.writing.guild_id for one in batch if isinstance(one, HeardMessage)}
        types = dict[int, TicketType]()
        for guild_id in guilds:
            types |= await self._ports.types_of(guild_id)
        async with self._ports.database.transaction() as tx:
            seen = await store.all_locked(tx, ids)
            page = _Page(self._ports, tx, types=types, tickets={one.id: one for one in seen})
            heard = [one.writing.message_id for one in batch if isinstance(one, HeardMessage)]
            page.known = await message_store.known(tx, heard) if heard else set()
            written = [await page.write(one) for one in batch]
            await page.flush()
            for one in seen:
                if page.values[one.id]:
                    await store.change(tx, one, **page.values[one.id])
        return written


class _Page:
    """What one transaction writes; rows of tickets change once, at its end."""

    def __init__(
        self,
        ports: TicketsPorts,
        tx: Transaction,
        *,
        types: dict[int, TicketType],
        tickets: dict[int, Ticket],
    ) -> None:
        self._ports, self._tx, self._types, self._tickets = ports, tx, types, tickets
        self._now = ports.clock.now()
        self.values: dict[int, dict[str, Any]] = {one: {} for one in tickets}
        self.known = set[int]()
        self._rows = list[dict[str, Any]]()

    async def flush(self) -> None:
        """Messages go in together, before whatever needs them there."""
        if self._rows:
            await message_store.add(self._tx, self._rows)
            self._rows = []

    async def write(self, entry: LedgerEntry) -> bool:
        if not isinstance(entry, HeardMessage):
            await self.flush()
        if isinstance(entry, EditedMessage):
            return await message_store.edit(self._tx, entry.writing, self._now)
        if isinstance(entry, ErasedMessages):
            if entry.message_ids:
                await message_store.mark_deleted(self._tx, entry.message_ids)
            return True
        ticket = self._tickets.get(entry.ticket_id)
        if ticket is None or ticket.is_forgotten:
            return False  # of what came now nothing would ever be deleted
        return await self._heard(ticket, entry)

    async def _heard(self, ticket: Ticket, entry: HeardMessage) -> bool:
        one, kind = entry.writing, await self._type(ticket)
        role = author_role(ticket, one.writer, kind.choices.staff_role_ids)
        is_new = one.message_id not in self.known
        if is_new:
            self.known.add(one.message_id)
            self._rows.append(message_store.row_of(ticket.id, role, one))
        values: dict[str, Any] = {}
        if is_new and ticket.is_open:
            values = _spoken(ticket, kind, one, role)
        if entry.is_whole and one.message_id > (ticket.last_message_id or 0):
            values["last_message_id"] = one.message_id
        self._tickets[ticket.id] = replace(ticket, **values)
        self.values[ticket.id] |= values
        if not is_new:
            return False
        await self._keep_files(ticket, kind, one, self._now)
        if not one.is_system and not (one.is_own and one.is_card):
            await self._tell(ticket, one, role)
        return True

    async def _type(self, ticket: Ticket) -> TicketType:
        """From memory, but for one that was deleted."""
        found = self._types.get(ticket.type_id)
        if found is None:
            found = await type_store.by_id(self._tx, ticket.guild_id, ticket.type_id)
            self._types[ticket.type_id] = found
        return found

    async def _tell(self, ticket: Ticket, one: Writing, role: AuthorRole) -> None:
        event = TicketMessage(
            guild_id=ticket.guild_id,
            ticket_id=ticket.id,
            number=ticket.number,
            message_id=one.message_id,
            channel_id=one.channel_id,
            author_id=one.writer.user_id,
            author_role=role,
            content=one.content,
            attachment_count=len(one.files),
        )
        await self._ports.outbox.emit(self._tx, event)

    async def _keep_files(
        self, ticket: Ticket, kind: TicketType, one: Writing, now: datetime
    ) -> None:
        if not one.files:
            return
        await self.flush()
        room = ALL_TOGETHER - await message_store.size_of(self._tx, ticket.id)
        kept = list[tuple[FileSeen, str | None]]()
        for file in one.files:
            fits = file.size <= min(LARGEST, room) and kind.choices.has_transcript
            room -= file.size if fits else 0
            kept.append((file, None if fits else _why_not(file, kind)))
        await message_store.add_files(self._tx, one.message_id, kept, now + LEASE)


def _spoken(ticket: Ticket, kind: TicketType, one: Writing, role: AuthorRole) -> dict[str, Any]:
    """What a person's message changes: who spoke last, whether the staff have answered.

    One that is heard late changes nothing about who spoke last; before the first there is only
    the opening, by our own clock, which may be ahead of Discord's.
    """
    if role == "bot" or one.is_system:
        return {}
    values = dict[str, Any]()
    before = None if ticket.last_message_id is None else ticket.spoken_at
    if before is None or one.written_at >= before:
        by_opener = role == "opener"
        values = {
            "spoken_at": one.written_at,
            "spoken_by_opener": by_opener,
            "warned_at": None,
            **times.silence(kind.choices, one.written_at, by_opener=by_opener),
        }
    if role == "staff" and ticket.answered_at is None:
        values |= {"answered_at": one.written_at, "promise_at": None}
    return values


def _why_not(file: FileSeen, kind: TicketType) -> str:
    if not kind.choices.has_transcript:
        return N_("no transcript is kept")
    many = N_("the ticket has as many files as are kept")
    return N_("too large") if file.size > LARGEST else many
