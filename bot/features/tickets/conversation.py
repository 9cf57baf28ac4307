"""Conversation of a ticket: what is written in its room is recorded and told, once.

Messages come as the gateway tells them; what it could not tell while the bot was away is read
after the last that is stored. Their files are copied at once: a link of Discord's lives a day.
"""

import asyncio
from collections.abc import Callable

from bot.acts import ActFailed, ActRefused, Gone
from bot.features.tickets import message_store, store
from bot.features.tickets.ledger import (
    LARGEST,
    EditedMessage,
    ErasedMessages,
    HeardMessage,
    LedgerEntry,
    MessageLedger,
)
from bot.features.tickets.model import Ticket
from bot.features.tickets.ports import ROOMS, TicketsPorts
from bot.features.tickets.tables import ticket_file
from bot.keyed_lock import KeyedLock
from bot.logs import get_logger
from bot.rooms import Writing
from bot.storage.changes import Cache
from bot.storage.schema import from_row
from bot.storage.sweep import DueRows

AT_ONCE = 100  # messages that are read, then written, before the next are

READ_AGAIN = 10_000  # messages at most, once a room is shut

Entering = Callable[[int], LedgerEntry]
"""From the id of the ticket to what is written of it."""

_log = get_logger("herald.tickets")


class Conversation:
    """Records what is written in the rooms of tickets."""

    def __init__(self, ports: TicketsPorts) -> None:
        self._ports = ports
        self.ledger = MessageLedger(ports)
        self._rooms: Cache[dict[int, int]] = Cache(ports.database.changes, ROOMS)
        self._whole = dict[int, set[int]]()  # by guild: the rooms of which nothing is missing
        self._turns = KeyedLock()
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
        whole = self._whole_of(one.guild_id)
        is_whole = one.channel_id in whole
        try:
            is_news = await self._entered(
                one.guild_id,
                one.channel_id,
                lambda ticket_id: HeardMessage(ticket_id, one, is_whole=is_whole),
            )
        except BaseException:
            whole.discard(one.channel_id)  # so that the next one does not pass over it
            raise
        if is_news and one.files:
            await self._copy_all(one)

    async def edited(self, one: Writing) -> None:
        """Another wording of a message."""
        await self._entered(one.guild_id, one.channel_id, lambda _: EditedMessage(one))

    async def deleted(self, guild_id: int, channel_id: int, message_ids: list[int]) -> None:
        """Messages that somebody deleted stay in the transcript of the staff."""
        await self._entered(guild_id, channel_id, lambda _: ErasedMessages(message_ids))

    def lost(self, guild_id: int) -> None:
        """From now on something may be missing."""
        self._whole[guild_id] = set()  # another: what is being read now makes none whole any more

    async def catch_up(self, guild_id: int) -> None:
        """Read what was written while nobody listened, in every room of the guild."""
        async with self._ports.database.reading() as reading:
            standing = await store.standing(reading, guild_id)
        for ticket in standing:
            try:
                await self.read_on(ticket)
            except Gone:
                continue  # whoever compares rooms closes it
            except ActFailed as error:
                _log.warning("ticket.not_read", ticket=ticket.id, error=str(error))

    async def read_on(self, ticket: Ticket) -> None:
        """Record what stands in its room after the last message that is stored."""
        if ticket.channel_id is None:
            return
        whole = self._whole_of(ticket.guild_id)
        found = self._ports.acts.writings(
            ticket.guild_id, ticket.channel_id, after_id=ticket.last_message_id
        )
        batch = list[Writing]()
        async for one in found:
            batch.append(one)
            if len(batch) == AT_ONCE:
                await self._write(ticket, batch)
                batch = []
        await self._write(ticket, batch)
        whole.add(ticket.channel_id)

    async def _write(self, ticket: Ticket, batch: list[Writing]) -> None:
        written = [self.ledger.enter(HeardMessage(ticket.id, one, is_whole=True)) for one in batch]
        news = await asyncio.gather(*written)
        for one, is_news in zip(batch, news, strict=True):
            if is_news and one.files:
                await self._copy_all(one)

    async def read_again(self, ticket: Ticket) -> None:
        """Take over what only its history tells: reactions, and what nobody heard of.

        Discord may leave out a message, and nothing shows it.
        """
        async with self._ports.database.reading() as reading:
            first = await message_store.first_of(reading, ticket.id, READ_AGAIN)
        if first is None or ticket.channel_id is None:
            return
        seen, batch = list[int](), list[Writing]()
        place = ticket.guild_id, ticket.channel_id
        async for one in self._ports.acts.writings(*place, after_id=first - 1):
            seen.append(one.message_id)
            batch.append(one)
            if len(batch) == AT_ONCE:
                await self._refresh(ticket, batch)
                batch = []
            if len(seen) == READ_AGAIN:
                break
        await self._refresh(ticket, batch)
        last = max(seen, default=first)
        for start in range(0, len(seen), AT_ONCE):
            # What stands between two that are there, and is not there itself, was deleted.
            some = seen[start : start + AT_ONCE]
            begin = first if start == 0 else seen[start - 1] + 1
            end = last if start + AT_ONCE >= len(seen) else some[-1]
            async with self._ports.database.transaction() as tx:
                await message_store.mark_unseen(tx, ticket.id, some, first=begin, last=end)

    async def _refresh(self, ticket: Ticket, batch: list[Writing]) -> None:
        if batch:
            await self._write(ticket, batch)
            async with self._ports.database.transaction() as tx:
                await message_store.refresh(tx, batch, self._ports.clock.now())

    async def _entered(self, guild_id: int, channel_id: int, entry: Entering) -> bool:
        """Hand it over in its turn, where a ticket lives there, and wait until it is durable."""
        async with self._turns.hold((guild_id, channel_id)):
            ticket_id = await self.ticket_of(guild_id, channel_id)
            if ticket_id is None:
                return False
            written = self.ledger.enter(entry(ticket_id))
        return await written

    def _whole_of(self, guild_id: int) -> set[int]:
        return self._whole.setdefault(guild_id, set())

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
