"""Members store: what was last known of each guild, and when that was true."""

from collections.abc import AsyncGenerator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Row,
    Table,
    Text,
    bindparam,
    delete,
    select,
    text,
    update,
)

from bot.keyed_lock import Key
from bot.snapshots import Person, Present
from bot.storage.database import Database, Reading, Transaction
from bot.storage.schema import UtcDateTime, metadata

CHUNK = 500  # ids that one statement names
TOGETHER = 500  # rows that go in one transaction

guild_sight = Table(
    "guild_sight",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("members_at", UtcDateTime),
    Column("bans_at", UtcDateTime),
    Column("entry_id", BigInteger),
    Column("left_at", UtcDateTime),
    Column("seen_at", UtcDateTime),  # the last time that it was in sight, whatever could be read
)

known_member = Table(
    "known_member",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("username", Text, nullable=False),
    Column("is_bot", Boolean, nullable=False),
    Column("joined_at", UtcDateTime),
)

known_ban = Table(
    "known_ban",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("username", Text, nullable=False),
)

PUT_MEMBER = text(
    "INSERT INTO known_member (guild_id, user_id, username, is_bot, joined_at) "
    "VALUES (:guild_id, :user_id, :username, :is_bot, :joined_at) "
    "ON CONFLICT (guild_id, user_id) DO UPDATE SET "
    "username = excluded.username, is_bot = excluded.is_bot, joined_at = excluded.joined_at"
).bindparams(bindparam("is_bot", type_=Boolean), bindparam("joined_at", type_=UtcDateTime))
PUT_BAN = text(
    "INSERT INTO known_ban (guild_id, user_id, username) VALUES (:guild_id, :user_id, :username) "
    "ON CONFLICT (guild_id, user_id) DO UPDATE SET username = excluded.username"
)
NEW_SIGHT = text("INSERT INTO guild_sight (guild_id) VALUES (:guild_id) ON CONFLICT DO NOTHING")
SEEN_ENTRY = text(
    "UPDATE guild_sight SET entry_id = :entry_id "
    "WHERE guild_id = :guild_id AND (entry_id IS NULL OR entry_id < :entry_id)"
)


@dataclass(frozen=True, slots=True)
class Sight:
    """Sight of a guild: when what is known was last true; None where it never was whole."""

    members_at: datetime | None = None
    bans_at: datetime | None = None
    entry_id: int | None = None
    left_at: datetime | None = None


KnownMembers = dict[int, Present]
Bans = dict[int, str]


async def sight(reading: Reading, guild_id: int) -> Sight:
    found = await reading.execute(select(guild_sight).where(guild_sight.c.guild_id == guild_id))
    row = found.one_or_none()
    if row is None:
        return Sight()
    return Sight(row.members_at, row.bans_at, row.entry_id, row.left_at)


async def see(tx: Transaction, guild_id: int, **values: Any) -> None:
    """Change what is known of the guild as a whole."""
    await tx.execute(NEW_SIGHT, {"guild_id": guild_id})
    await tx.execute(update(guild_sight).where(guild_sight.c.guild_id == guild_id).values(**values))


async def touch(tx: Transaction, part: str, guild_ids: Collection[int], now: datetime) -> None:
    """The part (`members_at`, `bans_at`) of those guilds is true now, where it ever was.

    `seen_at` too is a part.
    """
    column = guild_sight.c[part]
    for some in _chunks(sorted(guild_ids)):
        await tx.execute(
            update(guild_sight)
            .where(guild_sight.c.guild_id.in_(some), column.is_not(None))
            .values({column: now})
        )


async def entries_seen(tx: Transaction, latest: Mapping[int, int]) -> None:
    """Remember the newest audit entry of each guild."""
    rows = [{"guild_id": guild, "entry_id": entry} for guild, entry in latest.items()]
    if rows:
        await tx.execute(SEEN_ENTRY, rows)


async def members(reading: Reading, guild_id: int) -> KnownMembers:
    """Everybody who was a member."""
    found = await reading.execute(select(known_member).where(known_member.c.guild_id == guild_id))
    return {row.user_id: _member(row) for row in found}


async def members_of(tx: Transaction, keys: Collection[Key]) -> dict[Key, Present]:
    """Those of the people who are known as members, by guild and user."""
    rows = await _rows_of(tx, known_member, keys)
    return {(row.guild_id, row.user_id): _member(row) for row in rows}


async def bans_of(tx: Transaction, keys: Collection[Key]) -> set[Key]:
    """Those of the people whose ban is known, by guild and user."""
    return {(row.guild_id, row.user_id) for row in await _rows_of(tx, known_ban, keys)}


async def bans(reading: Reading, guild_id: int) -> Bans:
    """The names of everybody who was banned."""
    found = await reading.execute(select(known_ban).where(known_ban.c.guild_id == guild_id))
    return {row.user_id: row.username for row in found}


async def put_members(tx: Transaction, members: Sequence[Present]) -> None:
    rows = [
        {
            "guild_id": one.person.guild_id,
            "user_id": one.person.user_id,
            "username": one.person.username,
            "is_bot": one.person.is_bot,
            "joined_at": one.joined_at,
        }
        for one in members
    ]
    if rows:
        await tx.execute(PUT_MEMBER, rows)


async def put_bans(tx: Transaction, bans: Mapping[Key, str]) -> None:
    rows = [
        {"guild_id": guild, "user_id": user, "username": name}
        for (guild, user), name in bans.items()
    ]
    if rows:
        await tx.execute(PUT_BAN, rows)


async def drop(tx: Transaction, table: Table, keys: Collection[Key]) -> None:
    """These people are not known as members, or as banned, any more."""
    for guild_id, some in _by_guild(keys):
        await tx.execute(
            delete(table).where(table.c.guild_id == guild_id, table.c.user_id.in_(some))
        )


async def _rows_of(tx: Transaction, table: Table, keys: Collection[Key]) -> list[Row[Any]]:
    rows: list[Row[Any]] = []
    for guild_id, some in _by_guild(keys):
        is_one = (table.c.guild_id == guild_id) & table.c.user_id.in_(some)
        rows += await tx.execute(select(table).where(is_one))
    return rows


def _member(row: Any) -> Present:
    person = Person(row.guild_id, row.user_id, row.username, row.is_bot)
    return Present(person, row.joined_at)


def _by_guild(keys: Collection[Key]) -> Iterable[tuple[int, Sequence[int]]]:
    """Each guild with some of its people, few enough for one statement."""
    people: dict[int, list[int]] = {}
    for guild_id, user_id in sorted(set(keys)):
        people.setdefault(guild_id, []).append(user_id)
    for guild_id, user_ids in people.items():
        for some in _chunks(user_ids):
            yield guild_id, some


def _chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


class LostGuilds:
    """Forgets members and bans of guilds that the bot left, or was removed from, for good."""

    def __init__(self, database: Database, after: timedelta) -> None:
        self._database = database
        self._after = after

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        """One guild after the other, the row of its sight last."""
        gone = 1
        while gone:
            async with self._database.transaction() as tx:
                gone = await self._step(tx, now - self._after)
            yield gone

    async def _step(self, tx: Transaction, seen_before: datetime) -> int:
        # A guild that comes back says so in this row before it is compared: whoever comes
        # second waits, and then sees what the other has done.
        lost = (
            select(guild_sight.c.guild_id)
            .where(guild_sight.c.seen_at < seen_before)
            .order_by(guild_sight.c.guild_id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        guild_id = (await tx.execute(lost)).scalar_one_or_none()
        if guild_id is None:
            return 0
        gone = await _forget(tx, known_member, guild_id)
        if gone < TOGETHER:
            gone += await _forget(tx, known_ban, guild_id)
        if gone < TOGETHER:
            await tx.execute(delete(guild_sight).where(guild_sight.c.guild_id == guild_id))
            gone += 1
        return gone


async def _forget(tx: Transaction, table: Table, guild_id: int) -> int:
    """Some of the guild's people."""
    of_guild = table.c.guild_id == guild_id
    some = select(table.c.user_id).where(of_guild).order_by(table.c.user_id).limit(TOGETHER)
    return (await tx.execute(delete(table).where(of_guild, table.c.user_id.in_(some)))).rowcount
