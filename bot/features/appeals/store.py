"""Store of appeals: rows moved on once, each from the state it was seen in."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Row,
    Select,
    Table,
    Text,
    UniqueConstraint,
    cast,
    false,
    insert,
    or_,
    select,
    update,
)

from bot.features.appeals.model import Action, Appeal, AppealState, after
from bot.storage.database import Reading, Transaction
from bot.storage.row_pages import RowPage, page_of
from bot.storage.schema import RowId, UtcDateTime, metadata, one_of, partial_index
from bot.user_text import sought

SUGGESTED = 25
UNDECIDED = (AppealState.OPEN.value, AppealState.APPROVING.value)
WAITS = "state IN ('open', 'approving')"

Listing = RowPage[Appeal]
"""Some of a guild's open appeals, oldest first."""

table = Table(
    "appeal",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("case_id", RowId, ForeignKey("moderation_case.id", ondelete="CASCADE"), nullable=False),
    Column("case_number", Integer, nullable=False),
    Column("case_type", Text, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("username", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("message", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("decided_at", UtcDateTime),
    Column("decided_by_id", BigInteger),
    Column("decided_by_name", Text),
    Column("reason", Text),
    Column("punishment_lifted", Boolean, nullable=False),
    Column("failure", Text),
    Column("look_at", UtcDateTime),  # not to be looked at by a sweep before
    Column("invite_owed", Boolean, nullable=False, server_default=false()),
    Column("invite_url", Text),
    Column("invite_ends_at", UtcDateTime),
    UniqueConstraint("case_id", "attempt"),
    Index("appeal_of_person", "guild_id", "user_id"),
    # One at a time for each case: of two sent at once the later is refused.
    partial_index("appeal_undecided", "case_id", where=WAITS, unique=True),
    partial_index("appeal_waiting", "guild_id", "id", where=WAITS),
    partial_index("appeal_approving", "id", where="state = 'approving'"),
    partial_index("appeal_uninvited", "id", where="invite_owed", on_sqlite="invite_owed = 1"),
    sqlite_autoincrement=True,
)


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
    fits = (table.c.guild_id == guild_id) & one_of(table.c.state, UNDECIDED)
    return await page_of(reading, select(table).where(fits).order_by(table.c.id), number, appeal_of)


async def suggested(reading: Reading, guild_id: int, typed: str) -> dict[int, str]:
    """Numbers of cases with the person's name: what is just that, decided or not, first.

    Then of those that wait longest and hold what was typed.
    """
    about = select(table.c.case_number, table.c.username).where(table.c.guild_id == guild_id)
    is_it = or_(cast(table.c.case_number, Text) == typed, table.c.username == typed)
    newest = about.where(is_it).order_by(table.c.id.desc()).limit(SUGGESTED)
    exact = [(int(row.case_number), str(row.username)) for row in await reading.execute(newest)]
    waits = about.where(one_of(table.c.state, UNDECIDED)).order_by(table.c.id)
    waiting = [(int(row.case_number), str(row.username)) for row in await reading.execute(waits)]
    wanted = sought(typed)
    fitting = [one for one in waiting if wanted in f"{one[0]}: {sought(one[1])}"]
    fitting.sort(key=lambda one: sought(one[1]) != wanted)
    return dict([*exact, *fitting][:SUGGESTED])


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


async def invited(tx: Transaction, seen: Appeal, **values: Any) -> Appeal | None:
    """Say what came of the invite; None where none is owed any more."""
    result = await tx.execute(
        update(table)
        .where(table.c.id == seen.id, table.c.invite_owed)
        .values(**values)
        .returning(*table.c)
    )
    row = result.one_or_none()
    return None if row is None else appeal_of(row)


async def _all(reading: Reading, query: Select[Any]) -> list[Appeal]:
    return [appeal_of(row) for row in await reading.execute(query.order_by(table.c.id))]


def appeal_of(row: Row[Any]) -> Appeal:
    """A whole row as an appeal."""
    values: dict[str, Any] = {one.name: getattr(row, one.name) for one in fields(Appeal)}
    values["state"] = AppealState(row.state)
    return Appeal(**values)
