"""Conversation of a ticket: what is written in its room is recorded and told, once.

Messages come as the gateway tells them; what it could not tell while the bot was away is read
after the last that is stored. Their files are copied at once: a link of Discord's lives a day.
"""

from datetime import datetime
from typing import Any

from bot.acts import ActFailed, ActRefused, Gone
from bot.catalogue.tickets import TicketMessage
from bot.features.tickets import message_store, store, times, type_store
from bot.features.tickets.model import Ticket, author_role
from bot.features.tickets.ports import ROOMS, TicketsPorts
from bot.features.tickets.tables import ticket_file
from bot.features.tickets.types import TicketType
from bot.logs import get_logger
from bot.rooms import FileSeen, Writing
from bot.storage.changes import Cache
from bot.storage.database import Transaction
from bot.storage.schema import from_row
from bot.storage.sweep import LEASE, DueRows

MIB = 1024 * 1024
LARGEST = 8 * MIB
READ_AGAIN = 10_000  # messages at most, once a room is shut
TOGETHER = 100  # of them in one transaction
ALL_TOGETHER = 64 * MIB  # of one ticket

_log = get_logger("herald.tickets")


class Conversation:
    """Records what is written in the rooms of tickets."""

    def __init__(self, ports: TicketsPorts) -> None:
        self._ports = ports
        self._rooms: Cache[dict[int, int]] = Cache(ports.database.changes, ROOMS)
        self._whole = set[int]()  # guilds of whose rooms nothing is missing
        self.rows = DueRows(
            "file",
            ticket_file,
            message_store.uncopied,
            lambda row: from_row(message_store.StoredFile, row),
            self.copy,
        )

    async def ticket_of(self, guild_id: int, channel_id: int) -> int | None:
        """The id of the ticket that lives there; from memory, for every message of a guild."""

        async def read() -> dict[int, int]:
            async with self._ports.database.reading() as reading:
                return await store.rooms_of(reading, guild_id)

        return (await self._rooms.get(str(guild_id), read)).get(channel_id)

    async def heard(self, one: Writing) -> None:
        """A message, as it comes."""
        ticket_id = await self.ticket_of(one.guild_id, one.channel_id)
        if ticket_id is not None:
            await self._record(ticket_id, one, is_whole=one.guild_id in self._whole)

    async def edited(self, one: Writing) -> None:
        """Another wording of a message."""
        if await self.ticket_of(one.guild_id, one.channel_id) is None:
            return
        async with self._ports.database.transaction() as tx:
            await message_store.edit(tx, one, self._ports.clock.now())

    async def deleted(self, guild_id: int, channel_id: int, message_ids: list[int]) -> None:
        """Messages that somebody deleted stay in the transcript of the staff."""
        if await self.ticket_of(guild_id, channel_id) is None:
            return
        async with self._ports.database.transaction() as tx:
            await message_store.mark_deleted(tx, message_ids)

    def lost(self, guild_id: int) -> None:
        """From now on something may be missing."""
        self._whole.discard(guild_id)

    async def catch_up(self, guild_id: int) -> None:
        """Read what was written while nobody listened, in every room of the guild."""
        is_whole = True
        async with self._ports.database.reading() as reading:
            standing = await store.standing(reading, guild_id)
        for ticket in standing:
            try:
                await self.read_on(ticket)
            except Gone:
                continue  # whoever compares rooms closes it
            except ActFailed as error:
                is_whole = False
                _log.warning("ticket.not_read", ticket=ticket.id, error=str(error))
        if is_whole:
            self._whole.add(guild_id)

    async def read_on(self, ticket: Ticket) -> None:
        """Record what stands in its room after the last message that is stored."""
        if ticket.channel_id is None:
            return
        found = self._ports.acts.writings(
            ticket.guild_id, ticket.channel_id, after_id=ticket.last_message_id
        )
        async for one in found:
            await self._record(ticket.id, one, is_whole=True)

    async def read_again(self, ticket: Ticket) -> None:
        """Take over what only its history tells: reactions, and changes that nobody heard of."""
        async with self._ports.database.reading() as reading:
            first = await message_store.first_of(reading, ticket.id, READ_AGAIN)
        if first is None or ticket.channel_id is None:
            return
        seen, batch = list[int](), list[Writing]()
        place = ticket.guild_id, ticket.channel_id
        async for one in self._ports.acts.writings(*place, after_id=first - 1):
            seen.append(one.message_id)
            batch.append(one)
            if len(batch) == TOGETHER:
                await self._refresh(batch)
                batch = []
            if len(seen) == READ_AGAIN:
                break
        await self._refresh(batch)
        last = max(seen, default=first)
        for start in range(0, len(seen), TOGETHER):
            # What stands between two that are there, and is not there itself, was deleted.
            some = seen[start : start + TOGETHER]
            begin = first if start == 0 else seen[start - 1] + 1
            end = last if start + TOGETHER >= len(seen) else some[-1]
            async with self._ports.database.transaction() as tx:
                await message_store.mark_unseen(tx, ticket.id, some, first=begin, last=end)

    async def _refresh(self, batch: list[Writing]) -> None:
        if batch:
            async with self._ports.database.transaction() as tx:
                await message_store.refresh(tx, batch, self._ports.clock.now())

    async def _record(self, ticket_id: int, one: Writing, *, is_whole: bool) -> None:
        now = self._ports.clock.now()
        async with self._ports.database.transaction() as tx:
            ticket = await store.by_id(tx, ticket_id, locks=True)
            if ticket is None or ticket.is_forgotten:
                return  # of what came now nothing would ever be deleted
            kind = await type_store.by_id(tx, ticket.guild_id, ticket.type_id)
            role = author_role(ticket, one.writer, kind.choices.staff_role_ids)
            if not await message_store.add(tx, ticket.id, role, one):
                return
            values = self._heard(ticket, kind, one, role)
            if is_whole:
                values["last_message_id"] = max(one.message_id, ticket.last_message_id or 0)
            if values:
                await store.change(tx, ticket, **values)
            await self._keep_files(tx, ticket, kind, one, now)
            if not one.is_system and not (one.is_own and one.is_card):
                await self._tell(tx, ticket, one, role)
        if one.files:
            await self._copy_all(one)

    def _heard(self, ticket: Ticket, kind: TicketType, one: Writing, role: str) -> dict[str, Any]:
        """What a person's message changes: who spoke last, whether the staff have answered."""
        if role == "bot" or one.is_system:
            return {}
        by_opener = role == "opener"
        spoken_at = max(one.written_at, ticket.spoken_at or one.written_at)
        values: dict[str, Any] = {
            "spoken_at": spoken_at,
            "spoken_by_opener": by_opener,
            "warned_at": None,
            **times.silence(kind.choices, spoken_at, by_opener=by_opener),
        }
        if role == "staff" and ticket.answered_at is None:
            values |= {"answered_at": one.written_at, "promise_at": None}
        return values

    async def _tell(self, tx: Transaction, ticket: Ticket, one: Writing, role: Any) -> None:
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
        await self._ports.outbox.emit(tx, event)

    async def _keep_files(
        self, tx: Transaction, ticket: Ticket, kind: TicketType, one: Writing, now: datetime
    ) -> None:
        if not one.files:
            return
        room = ALL_TOGETHER - await message_store.size_of(tx, ticket.id)
        kept = list[tuple[FileSeen, str | None]]()
        for file in one.files:
            fits = file.size <= min(LARGEST, room) and kind.choices.has_transcript
            room -= file.size if fits else 0
            kept.append((file, None if fits else _why_not(file, kind)))
        await message_store.add_files(tx, one.message_id, kept, now + LEASE)

    async def _copy_all(self, one: Writing) -> None:
        async with self._ports.database.reading() as reading:
            found = await message_store.of_message(reading, one.message_id)
        for file in found:
            if file.url is not None:
                await self.copy(file)

    async def copy(self, file: message_store.StoredFile) -> None:
        """Fetch the bytes of a file; one that is gone or refused is given up, and says why."""
        assert file.url is not None  # noqa: S101  it is still to be copied
        content, failure = None, None
        try:
            content = await self._ports.acts.read_file(file.url, most=LARGEST)
        except ActRefused as error:
            failure = str(error)
        except ActFailed as error:
            _log.info("ticket.file_not_copied", file=file.id, error=str(error))
            return
        async with self._ports.database.transaction() as tx:
            await message_store.settle_file(tx, file.id, content=content, failure=failure)


def _why_not(file: FileSeen, kind: TicketType) -> str:
    if not kind.choices.has_transcript:
        return "no transcript is kept"
    return "too large" if file.size > LARGEST else "the ticket has as many files as are kept"
