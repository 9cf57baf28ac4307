"""Store of appeals to the network: one open at a time for each person."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from bot.features.network.appeal_model import Objection, ObjectionState
from bot.features.network.tables import network_appeal
from bot.storage.database import Reading, Transaction
from bot.storage.schema import from_row

table = network_appeal


async def add(tx: Transaction, report_ids: tuple[int, ...], **values: Any) -> Objection:
    """A new one; the index refuses a second that is open."""
    row = {"state": ObjectionState.OPEN.value, "reports": {"ids": list(report_ids)}, **values}
    return objection_of((await tx.execute(insert(table).values(row).returning(*table.c))).one())


async def by_id(reading: Reading, appeal_id: int) -> Objection | None:
    row = (await reading.execute(select(table).where(table.c.id == appeal_id))).one_or_none()
    return None if row is None else objection_of(row)


async def newest(reading: Reading, user_id: int) -> Objection | None:
    """The person's last one."""
    theirs = select(table).where(table.c.user_id == user_id)
    row = (await reading.execute(theirs.order_by(table.c.id.desc()).limit(1))).one_or_none()
    return None if row is None else objection_of(row)


async def decide(
    tx: Transaction, seen: Objection, to: ObjectionState, **values: Any
) -> Objection | None:
    """Decide an open one; None where somebody was faster."""
    is_open = table.c.state == ObjectionState.OPEN.value
    decided = update(table).where(table.c.id == seen.id, is_open)
    row = await tx.execute(decided.values(state=to.value, **values).returning(*table.c))
    found = row.one_or_none()
    return None if found is None else objection_of(found)


async def remove_decided(tx: Transaction, before: datetime, most: int) -> list[int]:
    """Let go of some that were decided before then."""
    old = select(table.c.id).where(table.c.decided_at <= before).limit(most)
    gone = list((await tx.execute(old.with_for_update(skip_locked=True))).scalars())
    await tx.execute(delete(table).where(table.c.id.in_(gone)))
    return gone


def objection_of(row: Row[Any]) -> Objection:
    """A whole row as an appeal."""
    ids = tuple(map(int, row.reports["ids"]))
    return from_row(Objection, row, report_ids=ids, state=ObjectionState(row.state))
