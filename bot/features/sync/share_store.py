"""Store of shares: each case of one guild once for each other, changed by whoever comes first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, case, delete, func, insert, select, update

from bot.features.sync.model import Membership, Share, ShareState, shared_kind
from bot.features.sync.tables import share as table
from bot.sanctions import CaseFact
from bot.storage.database import Reading, Transaction
from bot.storage.schema import from_row

_OWED = table.c.state == ShareState.OWED.value


async def add(tx: Transaction, fact: CaseFact, takers: Sequence[Membership], now: datetime) -> None:
    """Owe a case to these."""
    rows = [
        {
            "network_id": one.network_id,
            "origin_guild_id": fact.guild_id,
            "origin_case_id": fact.case_id,
            "guild_id": one.guild_id,
            "user_id": fact.user_id,
            "type": fact.type,
            "reason": fact.reason,
            "expires_at": fact.expires_at,
            "state": ShareState.OWED.value,
            "created_at": now,
        }
        for one in takers
    ]
    await tx.execute(insert(table), rows)


async def ended(tx: Transaction, origin_case_id: int, now: datetime) -> int:
    """The case has ended: what was done about it may be lifted, what was not is not; how many."""
    state = case((_OWED, ShareState.CANCELLED.value), else_=table.c.state)
    is_done = table.c.state == ShareState.DONE.value
    changed = (
        update(table)
        .where(table.c.origin_case_id == origin_case_id, _OWED | is_done)
        .values(state=state, is_lift_owed=is_done, lift_owed_at=now, look_at=None)
    )
    return (await tx.execute(changed)).rowcount


async def by_id(reading: Reading, share_id: int, *, locks: bool = False) -> Share | None:
    """One of any guild; `locks` keeps other writers from it until the end of `tx`."""
    query = select(table).where(table.c.id == share_id)
    row = (await reading.execute(query.with_for_update() if locks else query)).one_or_none()
    return None if row is None else share_of(row)


async def change(tx: Transaction, seen: Share, **values: Any) -> None:
    """Change one that is locked."""
    await tx.execute(update(table).where(table.c.id == seen.id).values(look_at=None, **values))


async def counts(reading: Reading, guild_id: int) -> dict[str, int]:
    """How many came to the guild, by their state."""
    number = func.count().label("number")
    query = select(table.c.state, number).where(table.c.guild_id == guild_id)
    rows = await reading.execute(query.group_by(table.c.state))
    return {str(row.state): int(row.number) for row in rows}


def owed(_now: datetime) -> Select[Any]:
    """Those that are to be done."""
    return select(table.c.id).where(_OWED).order_by(table.c.id)


def lifts(_now: datetime) -> Select[Any]:
    """Those that are to be lifted."""
    return select(table.c.id).where(table.c.is_lift_owed).order_by(table.c.id)


async def still_owed(reading: Reading, seen: Share) -> Share | None:
    """As it is now, where it is still to be done."""
    found = await by_id(reading, seen.id)
    return found if found is not None and found.state is ShareState.OWED else None


async def still_lifted(reading: Reading, seen: Share) -> Share | None:
    """The same of one that is to be lifted."""
    found = await by_id(reading, seen.id)
    return found if found is not None and found.is_lift_owed else None


async def remove_old(tx: Transaction, before: datetime, limit: int) -> int:
    """Let go of some that are older; how many."""
    is_over = (table.c.created_at < before) & ~_OWED & ~table.c.is_lift_owed
    some = select(table.c.id).where(is_over).order_by(table.c.created_at).limit(limit)
    return (await tx.execute(delete(table).where(table.c.id.in_(some)))).rowcount


def share_of(row: Row[Any]) -> Share:
    """A whole row as a share."""
    kind = shared_kind(row.type)
    if kind is None:
        raise ValueError(f"nobody shares a {row.type}")
    return from_row(Share, row, state=ShareState(row.state), type=kind)
