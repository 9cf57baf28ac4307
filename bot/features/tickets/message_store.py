"""Store of what was written in tickets: messages, their files, and notes of the staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, insert, select, update

from bot.features.tickets.tables import ticket_file, ticket_message, ticket_note
from bot.rooms import FileSeen, Writing
from bot.storage.database import Reading, Transaction
from bot.storage.schema import from_row

EDITS = 20  # earlier wordings that are kept of one message


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


async def add(tx: Transaction, ticket_id: int, role: str, one: Writing) -> bool:
    """Whether it was not known yet; its files are to be copied."""
    known = select(ticket_message.c.id).where(ticket_message.c.id == one.message_id)
    if (await tx.execute(known)).one_or_none() is not None:
        return False
    await tx.execute(
        insert(ticket_message).values(
            id=one.message_id,
            ticket_id=ticket_id,
            author_id=one.writer.user_id,
            author_role=role,
            document=document_of(one),
            written_at=one.written_at,
            is_deleted=False,
        )
    )
    return True


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
    query = select(ticket_message.c.document).where(ticket_message.c.id == one.message_id)
    found = (await tx.execute(query.with_for_update())).scalar_one_or_none()
    if found is None:
        return False
    after = {**found, **document_of(one)}
    after["edits"] = found["edits"]
    if after["content"] != found["content"]:
        edited = {"content": found["content"], "until": now.isoformat()}
        after["edits"] = [*found["edits"], edited][-EDITS:]
    if after == found:
        return False
    changed = update(ticket_message).where(ticket_message.c.id == one.message_id)
    await tx.execute(changed.values(document=after))
    return True


async def mark_deleted(tx: Transaction, message_ids: Sequence[int]) -> None:
    """What was deleted on Discord stays, and is marked."""
    wanted = ticket_message.c.id.in_(message_ids)
    await tx.execute(update(ticket_message).where(wanted).values(is_deleted=True))


async def messages(reading: Reading, ticket_id: int, limit: int) -> list[StoredMessage]:
    """The newest so many, oldest first."""
    query = (
        select(ticket_message)
        .where(ticket_message.c.ticket_id == ticket_id)
        .order_by(ticket_message.c.id.desc())
        .limit(limit)
    )
    found = [from_row(StoredMessage, row) for row in await reading.execute(query)]
    return found[::-1]


async def files(reading: Reading, ticket_id: int) -> list[StoredFile]:
    """Every file of a ticket, without its bytes."""
    columns = [column for column in ticket_file.c if column.name not in ("bytes", "look_at")]
    query = (
        select(*columns)
        .select_from(ticket_file.join(ticket_message))
        .where(ticket_message.c.ticket_id == ticket_id)
        .order_by(ticket_file.c.id)
    )
    return [from_row(StoredFile, row) for row in await reading.execute(query)]


async def of_message(reading: Reading, message_id: int) -> list[StoredFile]:
    """The files of one message, without their bytes."""
    columns = [column for column in ticket_file.c if column.name not in ("bytes", "look_at")]
    query = select(*columns).where(ticket_file.c.message_id == message_id)
    found = await reading.execute(query.order_by(ticket_file.c.id))
    return [from_row(StoredFile, row) for row in found]


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


async def forget(tx: Transaction, ticket_ids: Sequence[int]) -> int:
    """Everything that was written in these; how many rows went."""
    mine: ColumnElement[bool] = ticket_message.c.ticket_id.in_(ticket_ids)
    theirs = select(ticket_message.c.id).where(mine)
    count = (
        await tx.execute(delete(ticket_file).where(ticket_file.c.message_id.in_(theirs)))
    ).rowcount
    count += (await tx.execute(delete(ticket_message).where(mine))).rowcount
    gone = delete(ticket_note).where(ticket_note.c.ticket_id.in_(ticket_ids))
    return count + (await tx.execute(gone)).rowcount
