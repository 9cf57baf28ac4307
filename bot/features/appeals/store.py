"""Store of appeals: rows moved on once, each from the state it was seen in."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, update

from bot.features.appeals.model import PAGE, Action, Appeal, AppealState, Listing, after
from bot.features.appeals.tables import appeal as table
from bot.storage.database import Reading, Transaction

UNDECIDED = (AppealState.OPEN.value, AppealState.APPROVING.value)


async def add(tx: Transaction, **values: Any) -> Appeal:
    """A new appeal; the case is locked, so its attempts are counted right."""
    row = {"punishment_lifted": False, **values}
    return appeal_of((await tx.execute(insert(table).values(row).returning(*table.c))).one())


def stuck(_now: datetime) -> Select[Any]:
    """Approvals that nobody has finished within the lease."""
    is_stuck = table.c.state == AppealState.APPROVING.value
    return select(table.c.id).where(is_stuck).order_by(table.c.id)


async def by_id(reading: Reading, guild_id: int, appeal_id: int) -> Appeal | None:
    """The guild's appeal; another guild's is none."""
    query = select(table).where(table.c.guild_id == guild_id, table.c.id == appeal_id)
    row = (await reading.execute(query)).one_or_none()
    return None if row is None else appeal_of(row)


async def of_case(reading: Reading, case_id: int) -> list[Appeal]:
    """Every attempt, oldest first."""
    return await _all(reading, select(table).where(table.c.case_id == case_id))


async def approving(reading: Reading) -> list[Appeal]:
    """In every guild: those whose punishment is being lifted."""
    return await _all(reading, select(table).where(table.c.state == AppealState.APPROVING.value))


async def page(reading: Reading, guild_id: int, number: int) -> Listing:
    """Those that wait for a decision: that page of them, or the nearest there is."""
    fits = (table.c.guild_id == guild_id) & table.c.state.in_(UNDECIDED)
    counted = await reading.execute(select(func.count()).select_from(table).where(fits))
    total = int(counted.scalar_one())
    pages = max(-(-total // PAGE), 1)
    number = min(max(number, 1), pages)
    some = select(table).where(fits).limit(PAGE).offset((number - 1) * PAGE)
    return Listing(tuple(await _all(reading, some)), number, pages, total)


async def move(tx: Transaction, seen: Appeal, action: Action, **values: Any) -> Appeal | None:
    """Move it on from the state it was seen in; None where that cannot be, or not any more."""
    state = after(seen.state, action)
    if state is None:
        return None
    result = await tx.execute(
        update(table)
        .where(table.c.id == seen.id, table.c.state == seen.state.value)
        .values(state=state.value, **values)
        .returning(*table.c)
    )
    row = result.one_or_none()
    return None if row is None else appeal_of(row)


async def _all(reading: Reading, query: Select[Any]) -> list[Appeal]:
    return [appeal_of(row) for row in await reading.execute(query.order_by(table.c.id))]


def appeal_of(row: Row[Any]) -> Appeal:
    """A whole row as an appeal."""
    return Appeal(
        id=row.id,
        guild_id=row.guild_id,
        case_id=row.case_id,
        case_number=row.case_number,
        case_type=row.case_type,
        user_id=row.user_id,
        username=row.username,
        attempt=row.attempt,
        message=row.message,
        state=AppealState(row.state),
        created_at=row.created_at,
        decided_at=row.decided_at,
        decided_by_id=row.decided_by_id,
        decided_by_name=row.decided_by_name,
        reason=row.reason,
        punishment_lifted=bool(row.punishment_lifted),
        failure=row.failure,
    )
