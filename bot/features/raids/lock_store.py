"""Store of locked channels: what stood there is a row before anything is changed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, insert, select, update

from bot.features.raids.model import Lock, LockState
from bot.features.raids.records import Raid, RaidLock
from bot.features.raids.tables import lock as table
from bot.storage.database import Reading, Transaction
from bot.storage.schema import one_of
from bot.structure import Overwrite

OPEN = (LockState.PLANNED.value, LockState.LOCKED.value)


async def plan(tx: Transaction, raid: Raid, locks: Sequence[Lock]) -> None:
    """Write down what is to be locked.

    What an earlier raid has locked and not restored yet is taken over with what it said before.
    """
    is_open = (table.c.guild_id == raid.guild_id) & one_of(table.c.state, OPEN)
    values = {"raid_id": raid.id, "state": LockState.PLANNED.value}
    taken_over = await tx.execute(
        update(table).where(is_open).values(values).returning(table.c.channel_id)
    )
    known = set(taken_over.scalars())
    rows = [
        {"raid_id": raid.id, "guild_id": raid.guild_id, "channel_id": one.channel_id}
        | {"state": LockState.PLANNED.value}
        | _stored(one)
        for one in locks
        if one.channel_id not in known
    ]
    if rows:
        await tx.execute(insert(table), rows)


async def in_state(reading: Reading, raid: Raid, *states: LockState) -> list[RaidLock]:
    """A raid's channels in one of these states, in the order in which they are locked."""
    wanted = [one.value for one in states]
    query = select(table).where(table.c.raid_id == raid.id, table.c.state.in_(wanted))
    return [_record(row, raid) for row in await reading.execute(query.order_by(table.c.id))]


async def replan(tx: Transaction, seen: RaidLock, lock: Lock) -> None:
    """Somebody has changed it before it was locked: that is what comes back."""
    await tx.execute(update(table).where(table.c.id == seen.id).values(_stored(lock)))


async def move(
    tx: Transaction, seen: RaidLock, state: LockState, failure: str | None = None
) -> bool:
    """From the state it was seen in to another; false where somebody was faster."""
    fits = (table.c.id == seen.id) & (table.c.state == seen.state.value)
    fits &= table.c.raid_id == seen.raid_id
    values = {"state": state.value, "failure": failure}
    return (await tx.execute(update(table).where(fits).values(values))).rowcount == 1


def _stored(lock: Lock) -> dict[str, Any]:
    return {
        "before_allow": lock.before.allow,
        "before_deny": lock.before.deny,
        "locked_allow": lock.locked.allow,
        "locked_deny": lock.locked.deny,
    }


def _record(row: Row[Any], raid: Raid) -> RaidLock:
    everybody = raid.guild_id
    before = Overwrite(everybody, allow=row.before_allow, deny=row.before_deny)
    locked = Overwrite(everybody, allow=row.locked_allow, deny=row.locked_deny)
    lock = Lock(row.channel_id, before, locked)
    state = LockState(row.state)
    return RaidLock(row.id, row.raid_id, row.guild_id, row.channel_id, state, lock)
