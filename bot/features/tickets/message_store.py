"""Store of what was written in tickets: messages, their files, and notes of the staff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, update

from bot.features.tickets.tables import ticket_file, ticket_message, ticket_note
from bot.rooms import FileSeen, Writing
from bot.storage.database import Reading, Transaction
from bot.storage.schema import from_row

EDITS = 20  # earlier wordings that are kept of one message
PAGE = 500  # messages that are read at once


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message as it is kept; `document` is what `document_of` made."""

    id: int
    ticket_id: int
    author_id: int
    author_role: str
    document: dict[str, Any]
    written_at: datetime
    is_deleted: bool


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a message; `failure` says why its bytes are not there."""

    id: int
    message_id: int
    name: str
    media_type: str | None
    size: int
    failure: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class TicketNote:
    """Note of the staff; it never leaves."""

    id: int
    ticket_id: int
    author_id: int
    author_name: str
    text: str
    written_at: datetime


def document_of(one: Writing) -> dict[str, Any]:
    """What is kept of a message beside its author and moment."""
    return {
        "name": one.writer.name,
        "avatar": one.writer.avatar_url,
        "is_bot": one.writer.is_bot,
        "content": one.content,
        "reply_to": None if one.reply_to_id is None else str(one.reply_to_id),
        "embeds": [dict(embed) for embed in one.embeds],
        "reactions": dict(one.reactions),
        "is_system": one.is_system,
        "edits": [],
    }


async def known(reading: Reading, message_ids: Sequence[int]) -> set[int]:
    """Those of the messages that are stored."""
    query = select(ticket_message.c.id).where(ticket_message.c.id.in_(message_ids))
    return {int(one) for one in (await reading.execute(query)).scalars()}


def row_of(ticket_id: int, role: str, one: Writing) -> dict[str, Any]:
    """A message as it is stored."""
    return {
        "id": one.message_id,
        "ticket_id": ticket_id,
        "author_id": one.writer.user_id,
        "author_role": role,
        "document": document_of(one),
        "written_at": one.written_at,
        "is_deleted": False,
    }


async def add(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store messages that are not known yet."""
    await tx.execute(insert(ticket_message), rows)


async def add_files(
    tx: Transaction,
    message_id: int,
    files: Sequence[tuple[FileSeen, str | None]],
    look_at: datetime,
) -> None:
    """Files to be copied, or with the reason why they are not."""
    for one, failure in files:
        await tx.execute(
            insert(ticket_file).values(
                id=one.file_id,
                message_id=message_id,
                name=one.name,
                media_type=one.media_type,
                size=one.size,
                failure=failure,
                url=None if failure else one.url,
                look_at=look_at,
            )
        )


async def settle_file(
    tx: Transaction, file_id: int, *, content: bytes | None, failure: str | None
) -> None:
    """Its bytes are there, or never will be."""
    await tx.execute(
        update(ticket_file)
        .where(ticket_file.c.id == file_id)
        .values(bytes=content, failure=failure, url=None, look_at=None)
    )


async def size_of(reading: Reading, ticket_id: int) -> int:
    """Bytes of all files of a ticket that are kept, or are to be."""
    query = (
        select(func.coalesce(func.sum(ticket_file.c.size), 0))
        .select_from(ticket_file.join(ticket_message))
        .where(ticket_message.c.ticket_id == ticket_id, ticket_file.c.failure.is_(None))
    )
    return int((await reading.execute(query)).scalar_one())


async def edit(tx: Transaction, one: Writing, now: datetime) -> bool:
    """Another wording; whether it is a message of a ticket, and changed."""
    return await refresh(tx, [one], now) > 0


async def refresh(tx: Transaction, found: Sequence[Writing], now: datetime) -> int:
    """Messages as they are on Discord now, reactions too; how many of them were others here."""
    ids = [one.message_id for one in found]
    query = select(ticket_message.c.id, ticket_message.c.document).where(
        ticket_message.c.id.in_(ids)
    )
    rows = await tx.execute(query.order_by(ticket_message.c.id).with_for_update())
    known = {row.id: row.document for row in rows}
    changed = 0
    for one in found:
        before = known.get(one.message_id)
        after = before and _edited(before, one, now)
        if after and after != before:
            is_it = ticket_message.c.id == one.message_id
            await tx.execute(update(ticket_message).where(is_it).values(document=after))
            changed += 1
    return changed


def _edited(before: dict[str, Any], one: Writing, now: datetime) -> dict[str, Any]:
    after = {**before, **document_of(one), "edits": before["edits"]}
    if one.content is None:  # the bot may not read it any more: what it has read stays
        after["content"] = before["content"]
    if after["content"] != before["content"] and not one.is_card:
        edited = {"content": before["content"], "until": now.isoformat()}
        after["edits"] = [*before["edits"], edited][-EDITS:]
    return after


async def mark_deleted(tx: Transaction, message_ids: Sequence[int]) -> None:
    """What was deleted on Discord stays, and is marked."""
    wanted = ticket_message.c.id.in_(message_ids)
    await tx.execute(update(ticket_message).where(wanted).values(is_deleted=True))


async def mark_unseen(
    tx: Transaction, ticket_id: int, seen: Sequence[int], *, first: int, last: int
) -> None:
    """Of the messages from `first` to `last` only these are still there."""
    table = ticket_message.c
    gone = (
        (table.ticket_id == ticket_id)
        & table.id.between(first, last)
        & table.id.not_in(seen)
        & table.is_deleted.is_(False)
    )
    await tx.execute(update(ticket_message).where(gone).values(is_deleted=True))


async def messages(reading: Reading, ticket_id: int, limit: int) -> list[StoredMessage]:
    """The newest so many, oldest first; read some at a time, so that others get a turn."""
    mine = select(ticket_message).where(ticket_message.c.ticket_id == ticket_id)
    newest = mine.order_by(ticket_message.c.id.desc())
    found = list[StoredMessage]()
    while len(found) < limit:
        some = newest.limit(min(PAGE, limit - len(found)))
        if found:
            some = some.where(ticket_message.c.id < found[-1].id)
        page = [from_row(StoredMessage, row) for row in await reading.execute(some)]
        found += page
        if len(page) < PAGE:
            break
    return found[::-1]


async def count(reading: Reading, ticket_id: int) -> int:
    """How many messages there are of it."""
    query = select(func.count()).where(ticket_message.c.ticket_id == ticket_id)
    return int((await reading.execute(query)).scalar_one())


async def first_of(reading: Reading, ticket_id: int, limit: int) -> int | None:
    """The id of the oldest of its newest so many messages; None where there are none."""
    mine = select(ticket_message.c.id).where(ticket_message.c.ticket_id == ticket_id)
    newest = mine.order_by(ticket_message.c.id.desc()).limit(limit).subquery()
    return (await reading.execute(select(func.min(newest.c.id)))).scalar_one()


async def files(reading: Reading, ticket_id: int, *, shown: bool = False) -> list[StoredFile]:
    """Every file of a ticket, without its bytes; `shown` leaves out those that were deleted."""
    columns = [column for column in ticket_file.c if column.name not in ("bytes", "look_at")]
    query = (
        select(*columns)
        .select_from(ticket_file.join(ticket_message))
        .where(ticket_message.c.ticket_id == ticket_id)
        .order_by(ticket_file.c.id)
    )
    if shown:
        query = query.where(ticket_message.c.is_deleted.is_(False))
    return [from_row(StoredFile, row) for row in await reading.execute(query)]


async def of_message(reading: Reading, message_id: int) -> list[StoredFile]:
    """The files of one message, without their bytes."""
    columns = [column for column in ticket_file.c if column.name not in ("bytes", "look_at")]
    query = select(*columns).where(ticket_file.c.message_id == message_id)
    found = await reading.execute(query.order_by(ticket_file.c.id))
    return [from_row(StoredFile, row) for row in found]


async def shown_file(reading: Reading, ticket_id: int, file_id: int) -> StoredFile | None:
    """A file of that ticket whose message is still there, without its bytes."""
    found = [one for one in await files(reading, ticket_id, shown=True) if one.id == file_id]
    return found[0] if found else None


async def content(reading: Reading, file_id: int) -> bytes | None:
    """The bytes of a file."""
    query = select(ticket_file.c.bytes).where(ticket_file.c.id == file_id)
    found = (await reading.execute(query)).scalar_one_or_none()
    return None if found is None else bytes(found)


async def add_note(tx: Transaction, **values: Any) -> TicketNote:
    added = insert(ticket_note).values(values).returning(*ticket_note.c)
    return from_row(TicketNote, (await tx.execute(added)).one())


async def notes(reading: Reading, ticket_id: int) -> list[TicketNote]:
    """The staff's notes, oldest first."""
    query = select(ticket_note).where(ticket_note.c.ticket_id == ticket_id)
    found = await reading.execute(query.order_by(ticket_note.c.id))
    return [from_row(TicketNote, row) for row in found]


def uncopied(_now: datetime) -> Select[Any]:
    """Files whose bytes are still to be fetched."""
    return select(ticket_file.c.id).where(ticket_file.c.url.is_not(None)).order_by(ticket_file.c.id)


async def forget(tx: Transaction, ticket_id: int, limit: int) -> int:
    """So many of its messages, with their files, and of its notes; how many rows went."""
    count = 0
    for table in (ticket_message, ticket_note):
        some = select(table.c.id).where(table.c.ticket_id == ticket_id).order_by(table.c.id)
        ids = (await tx.execute(some.limit(limit))).scalars().all()
        if table is ticket_message:
            files = delete(ticket_file).where(ticket_file.c.message_id.in_(ids))
            count += (await tx.execute(files)).rowcount
        count += (await tx.execute(delete(table).where(table.c.id.in_(ids)))).rowcount
    return count
