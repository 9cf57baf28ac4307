"""Transcripts service: who may read which copy, where it is sent, and its page behind a link."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.acts import ActFailed
from bot.clock import from_ms, to_ms
from bot.controls import Picture
from bot.errors import NotFound, UserError
from bot.features.tickets import message_store, store, type_store
from bot.features.tickets.message_store import StoredFile, StoredMessage
from bot.features.tickets.model import Ticket, TicketState, Visitor, is_staff
from bot.features.tickets.ports import TicketsPorts
from bot.features.tickets.transcript import markup
from bot.features.tickets.transcript.document import render
from bot.features.tickets.transcript.elements import MarkNames
from bot.features.tickets.transcript.embedded import EmbeddedPictures, HrefOf
from bot.features.tickets.transcript.lines import (
    TranscriptCopy,
    TranscriptSource,
    lines_of,
    newest_within,
)
from bot.features.tickets.transcript.shelf import MIB, PictureShelf
from bot.features.tickets.types import TicketType
from bot.private_links import LinkExpired, PrivateLinks
from bot.texts import _

PURPOSE = "herald.tickets.link"
MESSAGES = 10_000
SENT_LIMIT = 8 * MIB - 128 * 1024  # what Discord takes, less what goes with it
PAGE_LIMIT = 24 * MIB
EDGES = 64 * 1024  # of a file, around its lines
CHANNELS = PEOPLE = 20  # whose names are asked for
AFTERWARDS = timedelta(days=90)
"""For which a page still says that what it showed is deleted."""


@dataclass(frozen=True, slots=True)
class Attached:
    """What goes with a post: the file, or why there is none, and the address of the page.

    `unattached` is said where the file may not be sent.
    """

    file: Picture | None = None
    note: str = ""
    link: str | None = None
    unattached: str = ""


class Transcripts:
    """Makes one at a time, as each may take seconds and some memory."""

    def __init__(self, ports: TicketsPorts, links: PrivateLinks) -> None:
        self._ports = ports
        self._links = links
        self._embedded = EmbeddedPictures(ports.database, PictureShelf(ports.acts))
        self._turn = asyncio.Lock()

    async def attached(self, ticket: Ticket, kind: TicketType, copy: TranscriptCopy) -> Attached:
        """What is sent at the end of a ticket, where the type and the settings want it."""
        if ticket.state is not TicketState.CLOSED or not await self._is_sent(ticket, kind, copy):
            return Attached()
        link = self.link(ticket) if copy is TranscriptCopy.OPENER else None
        if ticket.is_forgotten:
            return Attached(note=deleted(ticket))
        made = await self._made(ticket, kind, copy, SENT_LIMIT)
        text = _(
            "The transcript is not here, as my role lacks **Attach Files** in this channel: give "
            "it for the next one. /ticket transcript has this one."
        )
        return Attached(_file(ticket, made), link=link, unattached=text)

    async def page(self, visitor: Visitor, ticket: Ticket) -> Picture:
        """The transcript as a file: the staff's copy for staff, the opener's for the opener."""
        async with self._ports.database.reading() as reading:
            seen = await store.by_id(reading, ticket.id)
            if seen is None or seen.guild_id != visitor.guild_id:
                raise NotFound(_("That ticket is not there any more."))
            kind = await type_store.by_id(reading, seen.guild_id, seen.type_id)
        copy = TranscriptCopy.OPENER
        if is_staff(visitor, kind.choices.staff_role_ids):
            copy = TranscriptCopy.STAFF
        elif visitor.user_id != seen.opener_id:
            raise UserError(_("Only its staff and whoever opened it can read this ticket."))
        if not await self._is_sent(seen, kind, copy):
            raise UserError(_("No transcripts of these tickets are handed out."))
        if seen.is_forgotten:
            raise NotFound(deleted(seen))
        made = await self._made(seen, kind, copy, SENT_LIMIT)
        return _file(seen, made)

    def link(self, ticket: Ticket) -> str | None:
        """The address of the opener's page; None where there is none, as of one that is open."""
        if ticket.forget_at is None or ticket.state is not TicketState.CLOSED:
            return None
        expires_at = ticket.forget_at + AFTERWARDS
        return self._links.url(ticket.id, ticket.guild_id, ticket.opener_id, to_ms(expires_at))

    async def look(self, token: str) -> bytes:
        """The opener's page; LinkForged, LinkExpired, or a NotFound that says what became of it."""
        ticket, kind = await self._linked(token)
        return await self._made(
            ticket,
            kind,
            TranscriptCopy.OPENER,
            PAGE_LIMIT,
            lambda file: f"{token}/files/{file.id}",  # relative, for any prefix
        )

    async def file(self, token: str, file_id: int) -> tuple[StoredFile, bytes]:
        """A file of that page, with its bytes; of a message that was deleted there is none."""
        ticket, _kind = await self._linked(token)
        async with self._ports.database.reading() as reading:
            found = await message_store.shown_file(reading, ticket.id, file_id)
            content = None if found is None else await message_store.content(reading, file_id)
        if found is None or content is None:
            raise NotFound(_("That file is not there any more."))
        return found, content

    async def _linked(self, token: str) -> tuple[Ticket, TicketType]:
        ticket_id, guild_id, opener_id, expires_ms = self._links.read(token)
        if self._ports.clock.now() >= from_ms(expires_ms):
            raise LinkExpired(_("This link has expired. Only the staff can help you now."))
        async with self._ports.database.reading() as reading:
            found = await store.by_id(reading, ticket_id)
            gone = NotFound(_("That ticket is not there any more."))
            if found is None or (found.guild_id, found.opener_id) != (guild_id, opener_id):
                raise gone
            kind = await type_store.by_id(reading, guild_id, found.type_id)
        await self._ports.acts.know(guild_id)
        if self._ports.acts.guild(guild_id) is None:
            raise gone
        if not await self._is_sent(found, kind, TranscriptCopy.OPENER):
            raise NotFound(_("No transcripts of these tickets are handed out."))
        if found.is_forgotten:
            raise NotFound(deleted(found))
        return found, kind

    async def _is_sent(self, ticket: Ticket, kind: TicketType, copy: TranscriptCopy) -> bool:
        if not kind.choices.has_transcript:
            return False
        is_own = copy is TranscriptCopy.STAFF
        return is_own or (await self._ports.chosen(ticket.guild_id)).sends_transcript

    async def _made(
        self,
        ticket: Ticket,
        kind: TicketType,
        copy: TranscriptCopy,
        limit: int,
        href: HrefOf | None = None,
    ) -> bytes:
        """Of that size at most: of texts that alone are larger, older ones are left out."""
        async with self._turn:
            source, emoji = await self._source(ticket, kind, copy)
            lines = await asyncio.to_thread(lines_of, source)
            fitting = newest_within(lines, limit - EDGES)
            room = limit - EDGES - sum(line.weight for line in fitting)
            shown = await self._embedded.of(source, fitting, limit=room, href=href)
            shown = replace(shown, emoji=emoji)
            now = self._ports.clock.now()
            return await asyncio.to_thread(
                lambda: render(source, fitting, shown, now).encode("utf-8", "replace")
            )

    async def _source(
        self, ticket: Ticket, kind: TicketType, copy: TranscriptCopy
    ) -> tuple[TranscriptSource, dict[int, str]]:
        async with self._ports.database.reading() as reading:
            messages = await message_store.messages(reading, ticket.id, MESSAGES)
            total = await message_store.count(reading, ticket.id)
            files = await message_store.files(reading, ticket.id)
            is_staff_copy = copy is TranscriptCopy.STAFF
            notes = await message_store.notes(reading, ticket.id) if is_staff_copy else []
        emoji = await self._embedded.emoji(messages)
        names = replace(await self._names(ticket, messages, copy), emoji=frozenset(emoji))
        guild = self._ports.acts.guild(ticket.guild_id)
        source = TranscriptSource(
            ticket=ticket,
            copy=copy,
            guild="" if guild is None else guild.name,
            type_name=kind.name,
            messages=messages,
            files=files,
            notes=notes,
            names=names,
            total=total,
        )
        return source, emoji

    async def _names(
        self, ticket: Ticket, messages: Sequence[StoredMessage], copy: TranscriptCopy
    ) -> MarkNames:
        """What is mentioned, by its name; channels that the opener may not see stay unnamed."""
        acts, guild_id = self._ports.acts, ticket.guild_id
        named = await asyncio.to_thread(_mentioned, messages)
        people = {one.author_id: str(one.document.get("name", "")) for one in messages}
        people[ticket.opener_id] = ticket.opener_name
        also = (ticket.claimed_by_id, ticket.closed_by_id)
        unnamed = sorted({*named["@"], *filter(None, also)} - people.keys())
        with suppress(ActFailed):  # whom nobody can name stays a number
            await acts.meet(guild_id, *unnamed[:PEOPLE])
        for user_id in unnamed:
            standing = acts.standing(guild_id, user_id)
            if standing is not None:
                people[user_id] = standing.account.username
        roles = {number: role.name for number, role in acts.roles(guild_id).items()}
        channels = dict[int, str]()
        for channel_id in sorted(named["#"])[:CHANNELS]:
            try:
                seen = await acts.room(guild_id, channel_id)
            except ActFailed:
                continue
            if copy is TranscriptCopy.STAFF or seen.is_public or channel_id == ticket.channel_id:
                channels[channel_id] = seen.name
        return MarkNames(people, roles, channels)


def _mentioned(messages: Sequence[StoredMessage]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {"@": set(), "@&": set(), "#": set()}
    for one in messages:
        for kind, number in markup.mentioned(one.document.get("content") or ""):
            found[kind].add(number)
    return found


def deleted(ticket: Ticket) -> str:
    text = _("What was written in ticket {number} was kept for a time, and is deleted now.")
    return text.format(number=ticket.number)


def _file(ticket: Ticket, made: bytes) -> Picture:
    return Picture(f"ticket-{ticket.number}.html", made)
