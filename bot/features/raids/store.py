"""Store of raids: each step from one state to the next is one statement."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, bindparam, delete, func, insert, select, text, update

from bot.features.raids.model import Arrival, JoinerState, PauseState, RaidState
from bot.features.raids.records import Raid, RaidCounts, RaidJoiner
from bot.features.raids.tables import joiner, lock, raid
from bot.storage.database import Reading, Transaction
from bot.storage.schema import UtcDateTime, from_row

ADD_JOINER = text(
    "INSERT INTO raid_joiner (raid_id, guild_id, user_id, username, joined_at, state) "
    "VALUES (:raid_id, :guild_id, :user_id, :username, :joined_at, :state) "
    "ON CONFLICT DO NOTHING"
).bindparams(bindparam("joined_at", type_=UtcDateTime))
RETRY = timedelta(minutes=1)  # before somebody of whom there was no answer is tried again
WAITING = (JoinerState.WAITING.value, JoinerState.ORDERED.value, JoinerState.RELEASING.value)


async def add(tx: Transaction, **values: Any) -> Raid:
    """A new one, active."""
    row = {"state": RaidState.ACTIVE.value, **values}
    return raid_of((await tx.execute(insert(raid).values(row).returning(*raid.c))).one())


async def active(reading: Reading, guild_id: int, *, locks: bool = False) -> Raid | None:
    """The guild's raid that lasts."""
    query = select(raid).where(raid.c.guild_id == guild_id, raid.c.state == "active")
    row = (await reading.execute(query.with_for_update() if locks else query)).one_or_none()
    return None if row is None else raid_of(row)


async def by_id(
    reading: Reading, guild_id: int, raid_id: int, *, locks: bool = False
) -> Raid | None:
    """The guild's raid of that number."""
    query = select(raid).where(raid.c.guild_id == guild_id, raid.c.id == raid_id)
    row = (await reading.execute(query.with_for_update() if locks else query)).one_or_none()
    return None if row is None else raid_of(row)


async def newest(reading: Reading, guild_id: int) -> Raid | None:
    """The guild's last one."""
    query = select(raid).where(raid.c.guild_id == guild_id).order_by(raid.c.id.desc()).limit(1)
    row = (await reading.execute(query)).one_or_none()
    return None if row is None else raid_of(row)


async def active_guilds(reading: Reading) -> set[int]:
    """Where a raid lasts."""
    query = select(raid.c.guild_id).where(raid.c.state == "active")
    return set((await reading.execute(query)).scalars())


async def change(tx: Transaction, seen: Raid, **values: Any) -> Raid:
    """Change one that is locked."""
    changed = update(raid).where(raid.c.id == seen.id).values(**values).returning(*raid.c)
    return raid_of((await tx.execute(changed)).one())


async def end(tx: Transaction, seen: Raid, now: datetime, by_id: int | None) -> Raid | None:
    """End it; None where it had ended before, or, by itself, where somebody has joined since."""
    is_over = (raid.c.id == seen.id) & (raid.c.state == "active")
    if by_id is None:
        is_over &= raid.c.ends_at <= now
    ended = (
        update(raid)
        .where(is_over)
        .values(state="ended", ended_at=now, ended_by_id=by_id, due_at=now, look_at=None)
    )
    row = (await tx.execute(ended.returning(*raid.c))).one_or_none()
    return None if row is None else raid_of(row)


async def add_joiners(tx: Transaction, seen: Raid, came: Sequence[Arrival]) -> None:
    """Everyone who came, each visit once."""
    if came:
        rows = [
            {
                "raid_id": seen.id,
                "guild_id": one.guild_id,
                "user_id": one.user_id,
                "username": one.username,
                "joined_at": one.joined_at,
                "state": JoinerState.WAITING.value,
            }
            for one in came
        ]
        await tx.execute(ADD_JOINER, rows)


async def take(tx: Transaction, seen: Raid, most: int, now: datetime) -> list[RaidJoiner]:
    """Some of those who have yet to be dealt with, and were not tried within a minute.

    Who was not tried yet comes first, then who was tried longest ago: nobody of whom there is no
    answer keeps the others waiting.
    """
    order = joiner.c.tried_at.nulls_first(), joiner.c.id
    some = _ready(seen, now).order_by(*order).limit(most).cte("some")
    taken = update(joiner).where(joiner.c.id.in_(select(some.c.id))).values(tried_at=now)
    found = [joiner_of(row) for row in await tx.execute(taken.returning(*joiner.c))]
    return sorted(found, key=lambda one: one.id)


async def is_anybody_ready(reading: Reading, seen: Raid, now: datetime) -> bool:
    """Whether there is somebody to be dealt with who was not tried within a minute."""
    return (await reading.execute(_ready(seen, now).limit(1))).first() is not None


def _ready(seen: Raid, now: datetime) -> Select[Any]:
    is_rested = joiner.c.tried_at.is_(None) | (joiner.c.tried_at <= now - RETRY)
    fits = (joiner.c.raid_id == seen.id) & joiner.c.state.in_(WAITING)
    return select(joiner.c.id).where(fits, is_rested)


async def mark(
    tx: Transaction, seen: Collection[RaidJoiner], state: JoinerState, **values: Any
) -> None:
    """Say how far these were dealt with, where nobody else has said so since."""
    states = {one.state.value for one in seen}
    fits = joiner.c.id.in_([one.id for one in seen]) & joiner.c.state.in_(states)
    await tx.execute(update(joiner).where(fits).values(state=state.value, **values))


async def spare(tx: Transaction, seen: Raid) -> None:
    """Nothing is done any more about those who wait."""
    fits = (joiner.c.raid_id == seen.id) & (joiner.c.state == JoinerState.WAITING.value)
    await tx.execute(update(joiner).where(fits).values(state=JoinerState.SPARED.value))


async def release(tx: Transaction, seen: Raid) -> int:
    """What was done about its people is to be lifted; how many there are."""
    fits = (joiner.c.raid_id == seen.id) & (joiner.c.state == JoinerState.DONE.value)
    fits &= joiner.c.case_number.is_not(None)
    values = {"state": JoinerState.RELEASING.value, "tried_at": None}
    return (await tx.execute(update(joiner).where(fits).values(values))).rowcount


async def counts(reading: Reading, seen: Raid) -> RaidCounts:
    """How far it is."""
    people = await _by_state(reading, joiner, seen)
    places = await _by_state(reading, lock, seen)
    return RaidCounts(
        came=sum(people.values()),
        waiting=sum(people.get(one, 0) for one in WAITING),
        done=people.get("done", 0) + people.get("released", 0),
        refused=people.get("refused", 0),
        locked=places.get("locked", 0),
        to_lock=places.get("planned", 0),
        failed=places.get("failed", 0),
    )


async def _by_state(reading: Reading, table: Any, seen: Raid) -> Mapping[str, int]:
    query = select(table.c.state, func.count().label("many")).where(table.c.raid_id == seen.id)
    return {
        str(row.state): int(row.many)
        for row in await reading.execute(query.group_by(table.c.state))
    }


def due(now: datetime) -> Select[Any]:
    """Those about which something is to be done."""
    return select(raid.c.id).where(raid.c.due_at <= now).order_by(raid.c.due_at, raid.c.id)


async def old(tx: Transaction, before: datetime, limit: int) -> list[int]:
    """Some that ended long ago, kept from other processes meanwhile."""
    fits = (raid.c.ended_at <= before) & raid.c.due_at.is_(None)
    query = select(raid.c.id).where(fits).order_by(raid.c.id).limit(limit)
    return list((await tx.execute(query.with_for_update(skip_locked=True))).scalars())


async def remove(tx: Transaction, raid_ids: Collection[int]) -> None:
    """These, with their people and channels."""
    for table, column in ((joiner, joiner.c.raid_id), (lock, lock.c.raid_id), (raid, raid.c.id)):
        await tx.execute(delete(table).where(column.in_(raid_ids)))


def raid_of(row: Row[Any]) -> Raid:
    """A whole row as a raid."""
    return from_row(Raid, row, state=RaidState(row.state), pause_state=PauseState(row.pause_state))


def joiner_of(row: Row[Any]) -> RaidJoiner:
    """A whole row as one who came."""
    return from_row(RaidJoiner, row, state=JoinerState(row.state))
