"""Store of tickets: rows in numbered order, changed only in the state they were seen in."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    false,
    func,
    insert,
    select,
    text,
    update,
)

from bot.errors import NotFound
from bot.features.tickets.model import Priority, RoomDuty, Ticket, TicketState, open_key, owed
from bot.features.tickets.tables import ticket as table
from bot.storage.database import Reading, Transaction
from bot.storage.schema import from_row, one_of
from bot.texts import _

PAGE = 10
RENAMING = timedelta(minutes=5)
STANDING = (TicketState.OPENING.value, TicketState.OPEN.value)

NEXT_NUMBER = text(
    "INSERT INTO ticket_counter (guild_id, last) VALUES (:guild_id, 1) "
    "ON CONFLICT (guild_id) DO UPDATE SET last = ticket_counter.last + 1 RETURNING last"
)

LOCK = text("UPDATE ticket_counter SET last = last WHERE guild_id = :guild_id")
NAME_ALONE = RoomDuty.RENAME.value


@dataclass(frozen=True, slots=True)
class TicketPage:
    """Page of a list of tickets."""

    tickets: tuple[Ticket, ...]
    number: int
    pages: int
    total: int

    @property
    def has_more(self) -> bool:
        return self.number < self.pages


async def next_number(tx: Transaction, guild_id: int) -> int:
    """A number that no other ticket of the guild has; taken back with the transaction."""
    return int((await tx.execute(NEXT_NUMBER, {"guild_id": guild_id})).scalar_one())


async def lock_keys(tx: Transaction, guild_id: int) -> None:
    """Let nobody else of the guild take a key before this transaction ends, as a number does."""
    await tx.execute(LOCK, {"guild_id": guild_id})


async def add(tx: Transaction, **values: Any) -> Ticket:
    """A new ticket, under a number and a key that were taken in this transaction."""
    row = {
        "state": TicketState.OPENING.value,
        "priority": Priority.NORMAL.value,
        "spoken_by_opener": False,
        **values,
    }
    return ticket_of((await tx.execute(insert(table).values(row).returning(*table.c))).one())


async def free_key(
    reading: Reading, guild_id: int, type_id: int, opener_id: int, limit: int
) -> str | None:
    """A key that none of theirs has; None where they have as many open as they may."""
    keys = [open_key(guild_id, type_id, opener_id, place) for place in range(1, limit + 1)]
    query = select(table.c.open_key).where(table.c.open_key.in_(keys))
    taken = set((await reading.execute(query)).scalars())
    return next((key for key in keys if key not in taken), None)


async def newest_of(reading: Reading, guild_id: int, type_id: int, opener_id: int) -> Ticket | None:
    """The last one that they opened of a type."""
    query = (
        select(table)
        .where(
            table.c.guild_id == guild_id,
            table.c.opener_id == opener_id,
            table.c.type_id == type_id,
            table.c.state != TicketState.VOID.value,
        )
        .order_by(table.c.created_at.desc(), table.c.id.desc())
        .limit(1)
    )
    row = (await reading.execute(query)).one_or_none()
    return None if row is None else ticket_of(row)


async def numbered(reading: Reading, guild_id: int, number: int, *, locks: bool = False) -> Ticket:
    """The guild's ticket of that number; NotFound without one."""
    found = await _one(
        reading, (table.c.guild_id == guild_id) & (table.c.number == number), locks=locks
    )
    if found is None or found.state is TicketState.VOID:
        raise NotFound(_("There is no ticket {number} in this server.").format(number=number))
    return found


async def by_id(reading: Reading, ticket_id: int, *, locks: bool = False) -> Ticket | None:
    """A ticket in whatever state. `locks` keeps other writers from it until the end of `tx`."""
    return await _one(reading, table.c.id == ticket_id, locks=locks)


async def all_locked(tx: Transaction, ticket_ids: Collection[int]) -> list[Ticket]:
    """These in the order of their ids, which is that in which they are locked."""
    query = select(table).where(table.c.id.in_(ticket_ids)).order_by(table.c.id)
    return [ticket_of(row) for row in await tx.execute(query.with_for_update())]


async def of_room(reading: Reading, guild_id: int, channel_id: int) -> Ticket | None:
    """The guild's ticket that lives in a channel."""
    return await _one(
        reading, (table.c.guild_id == guild_id) & (table.c.channel_id == channel_id), locks=False
    )


async def rooms(reading: Reading, channel_ids: Collection[int]) -> set[int]:
    """Those of the channels that are some ticket's."""
    query = select(table.c.channel_id).where(table.c.channel_id.in_(channel_ids))
    return {int(one) for one in (await reading.execute(query)).scalars()}


async def rooms_of(reading: Reading, guild_id: int) -> dict[int, int]:
    """The guild's rooms, each with the id of its ticket."""
    query = select(table.c.channel_id, table.c.id).where(
        table.c.guild_id == guild_id, table.c.channel_id.is_not(None)
    )
    return {row.channel_id: row.id for row in await reading.execute(query)}


async def standing(
    reading: Reading, guild_id: int, opener_ids: Collection[int] | None = None
) -> list[Ticket]:
    """The guild's tickets that are open or about to be, of some people or of all."""
    is_it = (table.c.guild_id == guild_id) & one_of(table.c.state, STANDING)
    if opener_ids is not None:
        is_it &= table.c.opener_id.in_(opener_ids)
    return await all_of(reading, select(table).where(is_it))


async def in_sight(reading: Reading, guild_id: int) -> list[Ticket]:
    """Those whose rooms Discord tells of by itself, which is not a closed one's thread."""
    is_told = one_of(table.c.state, STANDING) | table.c.is_thread.is_(False)
    has_room = (table.c.guild_id == guild_id) & table.c.channel_id.is_not(None)
    return await all_of(reading, select(table).where(has_room & is_told))


async def page(
    reading: Reading, guild_id: int, number: int, *, opener_id: int | None = None
) -> TicketPage:
    """Those that are open, the oldest first: that page of them, or the nearest there is."""
    fits = (table.c.guild_id == guild_id) & one_of(table.c.state, STANDING)
    if opener_id is not None:
        fits &= table.c.opener_id == opener_id
    counted = await reading.execute(select(func.count()).select_from(table).where(fits))
    total = int(counted.scalar_one())
    pages = max(-(-total // PAGE), 1)
    number = min(max(number, 1), pages)
    some = select(table).where(fits).limit(PAGE).offset((number - 1) * PAGE)
    return TicketPage(tuple(await all_of(reading, some)), number, pages, total)


async def change(tx: Transaction, seen: Ticket, **values: Any) -> Ticket | None:
    """Change it in the state it was seen in; None where that is not its state any more."""
    if "room_duties" in values:
        values["room_duties"] = " ".join(sorted(values["room_duties"])) or None
    changed = (
        update(table)
        .where(table.c.id == seen.id, table.c.state == seen.state.value)
        .values(values)
        .returning(*table.c)
    )
    row = (await tx.execute(changed)).one_or_none()
    return None if row is None else ticket_of(row)


async def oblige(tx: Transaction, seen: Ticket, *duties: RoomDuty, **values: Any) -> Ticket | None:
    """Change one that is locked, and owe that to its room until Discord has done it."""
    values = {"look_at": None, "room_turn": table.c.room_turn + 1, **values}
    return await change(tx, seen, room_duties=owed(seen, *duties), **values)


def opening(_now: datetime) -> Select[Any]:
    """Those whose room is still to be made, or to be found."""
    return _ids(table.c.state == TicketState.OPENING.value)


def withdrawn(_now: datetime) -> Select[Any]:
    """Those of which nothing is to come, and of which a room may have been made."""
    return _ids((table.c.state == TicketState.VOID.value) & table.c.room_duties.is_not(None))


def with_duty(now: datetime) -> Select[Any]:
    """Those with something left to do on Discord.

    A name changes twice in ten minutes at most, and not while the ticket is closed.
    """
    is_early = func.coalesce(table.c.renamed_at > now - RENAMING, false())
    waits = (table.c.room_duties == NAME_ALONE) & (~_is_open() | is_early)
    is_void = table.c.state == TicketState.VOID.value
    return _ids(table.c.room_duties.is_not(None) & ~is_void & ~waits)


def silent(now: datetime) -> Select[Any]:
    """Those to be warned of their silence."""
    is_due = _is_open() & (table.c.warn_at <= now) & table.c.warned_at.is_(None)
    return _ids(is_due, table.c.warn_at)


def silenced(now: datetime) -> Select[Any]:
    """Those that close themselves: the warning had its time."""
    is_due = _is_open() & (table.c.close_at <= now) & table.c.warned_at.is_not(None)
    return _ids(is_due, table.c.close_at)


def overdue(now: datetime) -> Select[Any]:
    """Those that wait longer for a first answer than was promised."""
    return _ids(_is_open() & (table.c.promise_at <= now), table.c.promise_at)


def outlived(now: datetime) -> Select[Any]:
    """Closed ones whose room goes."""
    is_closed = table.c.state == TicketState.CLOSED.value
    is_done = table.c.room_duties.is_(None) | (table.c.room_duties == NAME_ALONE)
    return _ids(is_closed & (table.c.delete_at <= now) & is_done, table.c.delete_at)


async def forgotten(tx: Transaction, now: datetime) -> int | None:
    """A closed one of which what was written goes, kept from other processes meanwhile."""
    is_it = (table.c.forget_at <= now) & (table.c.state == TicketState.CLOSED.value)
    first = select(table.c.id).where(is_it).order_by(table.c.forget_at, table.c.id).limit(1)
    return (await tx.execute(first.with_for_update(skip_locked=True))).scalar_one_or_none()


async def forget(tx: Transaction, ticket_id: int) -> None:
    """Note that it went; its answers with it."""
    gone = update(table).where(table.c.id == ticket_id)
    await tx.execute(gone.values(forget_at=None, answers={}))


async def open_of_type(reading: Reading, type_id: int) -> list[Ticket]:
    """The open tickets of a type."""
    return await all_of(reading, select(table).where(_is_open() & (table.c.type_id == type_id)))


async def channels_of_type(tx: Transaction, type_id: int) -> list[Ticket]:
    """Those of a type that have a channel, closed ones too; locked."""
    has_channel = table.c.channel_id.is_not(None) & table.c.is_thread.is_(False)
    query = select(table).where(has_channel & (table.c.type_id == type_id))
    return await all_of(tx, query.with_for_update())


def _is_open() -> ColumnElement[bool]:
    return table.c.state == TicketState.OPEN.value


async def all_of(reading: Reading, query: Select[Any]) -> list[Ticket]:
    return [ticket_of(row) for row in await reading.execute(query.order_by(table.c.id))]


async def _one(reading: Reading, is_it: ColumnElement[bool], *, locks: bool) -> Ticket | None:
    query = select(table).where(is_it)
    row = (await reading.execute(query.with_for_update() if locks else query)).one_or_none()
    return None if row is None else ticket_of(row)


def _ids(is_it: ColumnElement[bool], *since: ColumnElement[Any]) -> Select[Any]:
    """In the order of an index: in any other SQLite would read them all."""
    return select(table.c.id).where(is_it).order_by(*since, table.c.id)


def ticket_of(row: Row[Any]) -> Ticket:
    """A whole row as a ticket."""
    return from_row(
        Ticket,
        row,
        state=TicketState(row.state),
        priority=Priority(row.priority),
        room_duties=frozenset(map(RoomDuty, (row.room_duties or "").split())),
    )
