"""Store of members' points: awards as one conditional statement, ranks, and who is due a look."""

from collections.abc import AsyncGenerator, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    TextClause,
    bindparam,
    delete,
    func,
    select,
    text,
    tuple_,
    update,
)

from bot.clock import to_ms
from bot.features.levels.model import MOST_XP, MemberXp
from bot.features.levels.tables import level_member as table
from bot.features.levels.tables import level_week
from bot.keyed_lock import Key
from bot.storage.database import Database, Reading, Transaction
from bot.storage.schema import UtcDateTime, from_row

AT_ONCE = 500  # rows of one statement, or of one page of an export
PIECE = 64  # awards of one statement at most


@dataclass(frozen=True, slots=True)
class Award:
    """Points for one member: for a message, a minute of talk, or by the staff where neither.

    One for a message is not made before the last one's `free_at`, and sets that anew; one for a
    minute is made once in that minute.
    """

    guild_id: int
    user_id: int
    xp: int
    earned_at: datetime | None = None
    free_at: datetime | None = None
    voice_minute: int | None = None

    @property
    def key(self) -> Key:
        return self.guild_id, self.user_id

    @property
    def is_earned(self) -> bool:
        """Whether it counts for the week, as what the staff give does not."""
        return self.earned_at is not None or self.voice_minute is not None


COLUMNS = "guild_id, user_id, xp, earned_at, free_at, voice_minute"


@cache
def _award(count: int) -> TextClause:
    """The statement for so many members; its parameters are numbered."""
    rows = ", ".join(
        f"(:guild_id{n}, :user_id{n}, :xp{n}, :earned_at{n}, :free_at{n}, :voice_minute{n})"
        for n in range(count)
    )
    return text(
        f"INSERT INTO level_member ({COLUMNS}) VALUES {rows} "  # noqa: S608 - numbers alone
        "ON CONFLICT (guild_id, user_id) DO UPDATE SET xp = level_member.xp + excluded.xp, "
        "earned_at = coalesce(excluded.earned_at, level_member.earned_at), "
        "free_at = coalesce(excluded.free_at, level_member.free_at), "
        "voice_minute = coalesce(excluded.voice_minute, level_member.voice_minute), "
        "left_at = NULL "
        f"WHERE level_member.xp <= {MOST_XP} - excluded.xp "
        "AND (excluded.earned_at IS NULL OR level_member.free_at IS NULL "
        "OR level_member.free_at <= excluded.earned_at) "
        "AND (excluded.voice_minute IS NULL OR level_member.voice_minute IS NULL "
        "OR level_member.voice_minute < excluded.voice_minute) "
        "RETURNING guild_id, user_id, xp"
    )


def _pieces(awards: Sequence[Award]) -> Iterator[Sequence[Award]]:
    """In powers of two: of as many different statements each is compiled once."""
    start, size = 0, PIECE
    while start < len(awards):
        while size > len(awards) - start:
            size //= 2
        yield awards[start : start + size]
        start += size


async def award(tx: Transaction, awards: Sequence[Award]) -> dict[Key, int]:
    """Add to what each has, or make their row; the new totals of those whose turn it was.

    Each is another member. They are locked in one order, whoever awards.
    """
    totals = dict[Key, int]()
    for some in _pieces(sorted(awards, key=lambda one: one.key)):
        given: dict[str, Any] = {}
        for number, one in enumerate(some):
            given |= {
                f"guild_id{number}": one.guild_id,
                f"user_id{number}": one.user_id,
                f"xp{number}": one.xp,
                f"earned_at{number}": None if one.earned_at is None else to_ms(one.earned_at),
                f"free_at{number}": None if one.free_at is None else to_ms(one.free_at),
                f"voice_minute{number}": one.voice_minute,
            }
        rows = await tx.execute(_award(len(some)), given)
        totals |= {(row.guild_id, row.user_id): row.xp for row in rows}
    return totals


COUNT_WEEK = text(
    "INSERT INTO level_week (guild_id, week, user_id, xp) VALUES (:guild_id, :week, :user_id, :xp) "
    "ON CONFLICT (guild_id, week, user_id) DO UPDATE SET xp = level_week.xp + excluded.xp"
)


async def count_week(tx: Transaction, week: int, awards: Sequence[Award]) -> None:
    """Add what was earned to the week's; in the order of the members, as above."""
    rows = [
        {"guild_id": one.guild_id, "week": week, "user_id": one.user_id, "xp": one.xp}
        for one in sorted(awards, key=lambda one: one.key)
        if one.is_earned and one.xp
    ]
    if rows:
        await tx.execute(COUNT_WEEK, rows)


PUT = text(
    "INSERT INTO level_member (guild_id, user_id, xp, roles_at) "
    "VALUES (:guild_id, :user_id, :xp, :roles_at) "
    "ON CONFLICT (guild_id, user_id) DO UPDATE SET xp = excluded.xp, roles_at = excluded.roles_at, "
    "look_at = NULL"
).bindparams(bindparam("roles_at", type_=UtcDateTime))


async def put(
    tx: Transaction, guild_id: int, totals: Mapping[int, int], roles_at: datetime | None
) -> None:
    """Make these the totals, whatever they were; level roles are compared from then on."""
    rows = [
        {"guild_id": guild_id, "user_id": user_id, "xp": xp, "roles_at": roles_at}
        for user_id, xp in sorted(totals.items())
    ]
    if rows:
        await tx.execute(PUT, rows)


async def member(reading: Reading, guild_id: int, user_id: int) -> MemberXp | None:
    """What somebody has; None where they never had any."""
    found = await reading.execute(select(table).where(_is(guild_id, user_id)))
    row = found.one_or_none()
    return None if row is None else from_row(MemberXp, row)


async def locked(tx: Transaction, guild_id: int, user_id: int) -> MemberXp | None:
    """The same, kept from other writers until the transaction ends."""
    found = await tx.execute(select(table).where(_is(guild_id, user_id)).with_for_update())
    row = found.one_or_none()
    return None if row is None else from_row(MemberXp, row)


async def members(
    reading: Reading, guild_id: int, user_ids: Collection[int]
) -> dict[int, MemberXp]:
    """What these have; of those who have nothing there is none."""
    found = dict[int, MemberXp]()
    ids = sorted(user_ids)
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        rows = await reading.execute(
            select(table).where(table.c.guild_id == guild_id, table.c.user_id.in_(some))
        )
        found |= {row.user_id: from_row(MemberXp, row) for row in rows}
    return found


async def all_of(database: Database, guild_id: int) -> AsyncGenerator[list[MemberXp]]:
    """Everybody's, in short pages by the person: no snapshot stands for long.

    By the row's own id, every page would sort all that are left.
    """
    last = 0
    while True:
        wanted = select(table).where(table.c.guild_id == guild_id, table.c.user_id > last)
        async with database.reading() as reading:
            rows = await reading.execute(wanted.order_by(table.c.user_id).limit(AT_ONCE))
            page = [from_row(MemberXp, row) for row in rows]
        if not page:
            return
        yield page
        last = page[-1].user_id


def present(guild_id: int) -> ColumnElement[bool]:
    """Those with points who are in the server, as far as is known."""
    return (table.c.guild_id == guild_id) & table.c.left_at.is_(None) & (table.c.xp > 0)


async def rank(reading: Reading, guild_id: int, user_id: int, xp: int) -> tuple[int, int]:
    """The place of whoever has so many among those who are there, and how many these are."""
    ahead = (table.c.xp > xp) | ((table.c.xp == xp) & (table.c.user_id < user_id))
    before = func.count().filter(ahead & (table.c.user_id != user_id)).label("ahead")
    counted = select(before, func.count().label("total")).where(present(guild_id))
    row = (await reading.execute(counted)).one()
    return int(row.ahead) + 1, int(row.total)


async def change(tx: Transaction, guild_id: int, user_ids: Collection[int], **values: Any) -> int:
    """Change these members' rows; how many there were."""
    ids, count = sorted(user_ids), 0
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        result = await tx.execute(
            update(table)
            .where(table.c.guild_id == guild_id, table.c.user_id.in_(some))
            .values(**values)
        )
        count += result.rowcount
    return count


async def compare_all(tx: Transaction, guild_id: int, now: datetime) -> None:
    """From now on everybody's level roles are to be compared."""
    there = (table.c.guild_id == guild_id) & table.c.left_at.is_(None)
    await tx.execute(update(table).where(there).values(roles_at=now, look_at=None))


async def compare_some(tx: Transaction, keys: Collection[Key], now: datetime) -> None:
    """The same of these alone."""
    if keys:
        these = tuple_(table.c.guild_id, table.c.user_id).in_(sorted(keys))
        await tx.execute(update(table).where(these).values(roles_at=now, look_at=None))


def due(now: datetime) -> Select[Any]:
    """Ids of those whose level roles are to be compared, the longest due first."""
    return select(table.c.id).where(table.c.roles_at <= now).order_by(table.c.roles_at)


async def still_due(reading: Reading, seen: MemberXp) -> MemberXp | None:
    """As it is now; None where there is nothing to compare any more."""
    found = await reading.execute(select(table).where(table.c.id == seen.id))
    row = found.one_or_none()
    return None if row is None or row.roles_at is None else from_row(MemberXp, row)


async def compared(tx: Transaction, seen: MemberXp) -> None:
    """Their roles are as they should be, or cannot be; unless something changed since."""
    await tx.execute(
        update(table)
        .where(table.c.id == seen.id, table.c.xp == seen.xp, table.c.roles_at == seen.roles_at)
        .values(roles_at=None, look_at=None)
    )


async def reset(
    tx: Transaction, guild_id: int, user_id: int | None, roles_at: datetime | None
) -> int:
    """Take everything from somebody, or from everybody; from how many."""
    theirs, of_week = table.c.guild_id == guild_id, level_week.c.guild_id == guild_id
    if user_id is not None:
        theirs, of_week = (
            theirs & (table.c.user_id == user_id),
            of_week & (level_week.c.user_id == user_id),
        )
    await tx.execute(delete(level_week).where(of_week))
    emptied = update(table).where(theirs, table.c.xp > 0)
    result = await tx.execute(emptied.values(xp=0, roles_at=roles_at, look_at=None))
    return result.rowcount


async def forget(tx: Transaction, guild_id: int, user_ids: Collection[int]) -> None:
    """Remove everything about these."""
    ids = sorted(user_ids)
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        for one in (level_week, table):
            gone = (one.c.guild_id == guild_id) & one.c.user_id.in_(some)
            await tx.execute(delete(one).where(gone))


def member_of(row: Row[Any]) -> MemberXp:
    """As a sweep reads it."""
    return from_row(MemberXp, row)


def _is(guild_id: int, user_id: int) -> ColumnElement[bool]:
    return (table.c.guild_id == guild_id) & (table.c.user_id == user_id)
