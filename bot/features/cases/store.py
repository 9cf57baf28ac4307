"""Store of cases: rows of `moderation_case`, numbered one after the other, settled once."""

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Index,
    Integer,
    Row,
    Select,
    Table,
    Text,
    UniqueConstraint,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from bot.catalogue.cases import CaseType
from bot.errors import NotFound
from bot.features.cases.model import Case, CaseState, Details, Order, ends_at
from bot.storage.database import Reading, Transaction
from bot.storage.schema import Document, RowId, UtcDateTime, metadata, partial_index
from bot.texts import _
from bot.user_text import sought

PENDING = "state = 'pending'"
STANDING = "state = 'active' AND type IN ('timeout', 'mute')"

case_counter = Table(
    "case_counter",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

table = Table(
    "moderation_case",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("username", Text, nullable=False),
    Column("moderator_id", BigInteger, nullable=False),
    Column("moderator_name", Text, nullable=False),
    Column("reason", Text),
    Column("source", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    Column("expires_at", UtcDateTime),
    Column("look_at", UtcDateTime),  # not to be looked at by a sweep before
    Column("compare_at", UtcDateTime),  # from then on to be compared with what Discord shows
    Column("delete_seconds", Integer, nullable=False, server_default="0"),
    Column("repeats", Boolean, nullable=False),  # a sweep that finds it carries it out again
    Column("failure", Text),
    Column("details", Document, nullable=False),  # see Details of the model
    Column("sought", Text, nullable=False, server_default=text("''")),  # name and reason
    Column("order_key", Text),  # ordered again with it, it is this case
    UniqueConstraint("guild_id", "number"),
    Index("moderation_case_person", "guild_id", "user_id", "id"),
    # One at a time of each kind upon one person: of two moderators at once the later is told.
    partial_index(
        "moderation_case_pending", "guild_id", "user_id", "type", where=PENDING, unique=True
    ),
    partial_index("moderation_case_stuck", "id", where=PENDING),
    partial_index(
        "moderation_case_ordered",
        "guild_id",
        "order_key",
        where="order_key IS NOT NULL",
        unique=True,
    ),
    partial_index(
        "moderation_case_ends", "expires_at", where="state = 'active' AND expires_at IS NOT NULL"
    ),
    partial_index(
        "moderation_case_again",
        "id",
        where="state = 'active' AND repeats",
        on_sqlite="state = 'active' AND repeats = 1",
    ),
    partial_index("moderation_case_compared", "compare_at", where="compare_at IS NOT NULL"),
    partial_index("moderation_case_standing", "guild_id", where=STANDING),
    sqlite_autoincrement=True,
)

NUMBER = text(
    "INSERT INTO case_counter (guild_id, last) VALUES (:guild_id, 1) "
    "ON CONFLICT (guild_id) DO UPDATE SET last = case_counter.last + 1 RETURNING last"
)


async def next_number(tx: Transaction, guild_id: int) -> int:
    """The guild's next number; until the transaction ends nobody else gets one there."""
    return int((await tx.execute(NUMBER, {"guild_id": guild_id})).scalar_one())


async def add(tx: Transaction, order: Order, now: datetime, **values: Any) -> Case:
    """A new case, under a number that was taken in this transaction."""
    details: Details = values.pop("details", Details())
    if order.said is not None:
        details = details.model_copy(update={"told": order.reason, "said": order.said})
    row = {
        "type": order.type,
        "user_id": order.user_id,
        "reason": order.reason,
        "source": order.source,
        "state": CaseState.PENDING.value,
        "created_at": now,
        "expires_at": ends_at(order.type, now, order.duration),
        "delete_seconds": int(order.deletes.total_seconds()),
        "repeats": False,
        "details": document(details),
        "sought": sought(values["username"], order.reason, order.said),
        "order_key": order.key,
        **values,
    }
    result = await tx.execute(insert(table).values(row).returning(*table.c))
    return case_of(result.one())


async def numbered(reading: Reading, guild_id: int, number: int, *, locks: bool = False) -> Case:
    """The guild's case of that number, in whatever state; NotFound without one.

    `locks`, here as below, keeps other writers from it until the transaction ends.
    """
    is_it = (table.c.guild_id == guild_id) & (table.c.number == number)
    found = await _one(reading, is_it, locks=locks)
    if found is None:
        raise NotFound(_("There is no case {number} in this server.").format(number=number))
    return found


async def by_id(
    reading: Reading, guild_id: int, case_id: int, *, locks: bool = False
) -> Case | None:
    """The guild's case; another guild's is none."""
    is_it = (table.c.guild_id == guild_id) & (table.c.id == case_id)
    return await _one(reading, is_it, locks=locks)


async def ordered(tx: Transaction, guild_id: int, key: str) -> Case | None:
    """The guild's case that was ordered with that key; one that came to nothing gives it up."""
    is_it = (table.c.guild_id == guild_id) & (table.c.order_key == key)
    is_void = table.c.state == CaseState.VOID.value
    await tx.execute(update(table).where(is_it & is_void).values(order_key=None))
    return await _one(tx, is_it)


async def of_any_guild(reading: Reading, case_id: int, *, locks: bool = False) -> Case | None:
    """The case, for whoever compares guild and person."""
    return await _one(reading, table.c.id == case_id, locks=locks)


async def in_the_way(
    tx: Reading, guild_id: int, user_id: int, types: Collection[CaseType], seen: int
) -> Case | None:
    """One of these types that is being carried out, or that was made after the case `seen`."""
    is_pending = table.c.state == CaseState.PENDING.value
    is_new = (table.c.state == CaseState.ACTIVE.value) & (table.c.id > seen)
    found = await _all(tx, _of(guild_id, user_id, types).where(is_pending | is_new))
    return found[0] if found else None


async def made_by(
    reading: Reading,
    guild_id: int,
    user_ids: Collection[int],
    *,
    moderator_id: int,
    type_: CaseType,
    since: datetime,
) -> list[Case]:
    """Somebody's cases of that type about these people since then, oldest first."""
    fits = (table.c.guild_id == guild_id) & table.c.user_id.in_(user_ids)
    fits &= (table.c.moderator_id == moderator_id) & (table.c.type == type_)
    return await _all(reading, select(table).where(fits, table.c.created_at >= since))


async def newest(reading: Reading, guild_id: int, user_id: int) -> int:
    """The id of the newest case about them, 0 without one."""
    query = select(func.max(table.c.id)).where(
        table.c.guild_id == guild_id, table.c.user_id == user_id
    )
    return int((await reading.execute(query)).scalar_one() or 0)


async def active(
    reading: Reading, guild_id: int, user_id: int, types: Collection[CaseType]
) -> list[Case]:
    """The cases of these types that have effect on them, oldest first."""
    return await _all(
        reading, _of(guild_id, user_id, types).where(table.c.state == CaseState.ACTIVE.value)
    )


async def count_since(
    reading: Reading, guild_id: int, user_id: int, type_: CaseType, since: datetime
) -> int:
    """How many such cases that still have effect were made since then."""
    query = select(func.count()).where(
        table.c.guild_id == guild_id,
        table.c.user_id == user_id,
        table.c.type == type_,
        table.c.state == CaseState.ACTIVE.value,
        table.c.created_at > since,
    )
    return int((await reading.execute(query)).scalar_one())


async def settle(
    tx: Transaction,
    case: Case,
    state: CaseState,
    now: datetime,
    *,
    also_from: CaseState | None = None,
    **values: Any,
) -> Case | None:
    """Move the case on from the state it was seen in; None when somebody was faster."""
    states = {case.state.value, (also_from or case.state).value}
    moved = {"state": state.value, "settled_at": now, "repeats": False}
    values = {**moved, "failure": None, "compare_at": None, **values}
    result = await tx.execute(
        update(table)
        .where(table.c.id == case.id, table.c.state.in_(states))
        .values(values)
        .returning(*table.c)
    )
    row = result.one_or_none()
    return None if row is None else case_of(row)


async def change(tx: Transaction, case: Case, **values: Any) -> Case | None:
    """Change other columns of a case in whatever state; None where it was deleted."""
    if "reason" in values:
        values["sought"] = sought(case.username, values["reason"])
    result = await tx.execute(
        update(table).where(table.c.id == case.id).values(values).returning(*table.c)
    )
    row = result.one_or_none()
    return None if row is None else case_of(row)


async def remove(tx: Transaction, case: Case) -> None:
    """Remove the case with its notes and evidence; its number is not given again."""
    await tx.execute(delete(table).where(table.c.id == case.id))


async def _one(reading: Reading, is_it: ColumnElement[bool], *, locks: bool = False) -> Case | None:
    query = select(table).where(is_it)
    row = (await reading.execute(query.with_for_update() if locks else query)).one_or_none()
    return None if row is None else case_of(row)


async def _all(reading: Reading, query: Select[Any]) -> list[Case]:
    return [case_of(row) for row in await reading.execute(query.order_by(table.c.id))]


def _of(guild_id: int, user_id: int, types: Collection[CaseType]) -> Select[Any]:
    return select(table).where(
        table.c.guild_id == guild_id, table.c.user_id == user_id, table.c.type.in_(types)
    )


def document(details: Details) -> dict[str, Any]:
    """The details as they are stored."""
    return details.model_dump(mode="json", exclude_defaults=True)


def case_of(row: Row[Any]) -> Case:
    """A whole row as a case."""
    values: dict[str, Any] = {one.name: getattr(row, one.name) for one in fields(Case)}
    values["state"] = CaseState(row.state)
    values["details"] = Details.model_validate(row.details)
    return Case(**values)
