"""Queries for cases: one with all that hangs on it, a person's, those that a search finds."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    and_,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    type_coerce,
)

from bot.catalogue.cases import CaseType
from bot.features.cases.model import KINDS, Case, CaseState
from bot.features.cases.store import case_of, table
from bot.storage.database import Database, Reading, Transaction
from bot.storage.row_pages import RowPage, page_of
from bot.storage.schema import RowId, UtcDateTime, metadata
from bot.user_text import sought

BATCH = 200  # cases of one mass ban at most, numbered one after the other
STREAMED = 500  # cases of one read, while all are written out
UNTOLD = (CaseState.PENDING.value, CaseState.VOID.value)
FINAL = '"is_final": true'  # in the details as they are stored


case_note = Table(
    "case_note",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("case_id", RowId, ForeignKey("moderation_case.id", ondelete="CASCADE"), nullable=False),
    Column("author_id", BigInteger, nullable=False),
    Column("author_name", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("sought", Text, nullable=False, server_default=text("''")),  # the text for a search
    Column("created_at", UtcDateTime, nullable=False),
    Index("case_note_case", "case_id"),
    sqlite_autoincrement=True,
)

case_evidence = Table(
    "case_evidence",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("case_id", RowId, ForeignKey("moderation_case.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("bytes", LargeBinary, nullable=False),  # a link of Discord's lives about a day
    Column("added_by_id", BigInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index("case_evidence_case", "case_id"),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class CaseQuery:
    """What a search goes by; each that is given must fit.

    Without a state, cases that came to nothing are left out. What is shown to the person is theirs:
    no notes. `types` are some of which it must be one, where any are named.
    """

    user_id: int | None = None
    moderator_id: int | None = None
    type: CaseType | None = None
    state: CaseState | None = None
    text: str | None = None
    is_theirs: bool = False
    types: frozenset[CaseType] = frozenset()
    is_final: bool | None = None


CasePage = RowPage[Case]
"""Some of the cases found, newest first."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a moderator wrote down about a case; staff alone sees it."""

    id: int
    author_id: int
    author_name: str
    text: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A piece of evidence without its bytes; `size` is how many there are."""

    id: int
    name: str
    media_type: str
    size: int
    added_by_id: int
    created_at: datetime


async def page(reading: Reading, guild_id: int, query: CaseQuery, number: int) -> CasePage:
    """That page, or the nearest there is."""
    wanted = select(table).where(fits(guild_id, query)).order_by(table.c.number.desc())
    return await page_of(reading, wanted, number, case_of)


async def notes(reading: Reading, case: Case) -> list[Note]:
    """Oldest first."""
    rows = await reading.execute(
        select(case_note).where(case_note.c.case_id == case.id).order_by(case_note.c.id)
    )
    return [Note(row.id, row.author_id, row.author_name, row.text, row.created_at) for row in rows]


async def add_note(tx: Transaction, case: Case, now: datetime, **values: Any) -> None:
    row = {"case_id": case.id, "created_at": now, "sought": sought(values["text"]), **values}
    await tx.execute(insert(case_note).values(row))


async def exhibits(reading: Reading, case: Case) -> list[Exhibit]:
    """What there is, without the bytes; oldest first."""
    columns = [column for column in case_evidence.c if column.name != "bytes"]
    size = func.length(case_evidence.c.bytes).label("size")
    rows = await reading.execute(
        select(*columns, size)
        .where(case_evidence.c.case_id == case.id)
        .order_by(case_evidence.c.id)
    )
    return [
        Exhibit(row.id, row.name, row.media_type, row.size, row.added_by_id, row.created_at)
        for row in rows
    ]


async def content(reading: Reading, case: Case, exhibit_id: int) -> bytes | None:
    """The bytes of one piece of that case."""
    found = await reading.execute(
        select(case_evidence.c.bytes).where(
            case_evidence.c.case_id == case.id, case_evidence.c.id == exhibit_id
        )
    )
    content = found.scalar_one_or_none()
    return None if content is None else bytes(content)


async def add_exhibit(tx: Transaction, case: Case, now: datetime, **values: Any) -> int:
    """The new piece's id."""
    result = await tx.execute(
        insert(case_evidence)
        .values(case_id=case.id, created_at=now, **values)
        .returning(case_evidence.c.id)
    )
    return int(result.scalar_one())


async def all_cases(database: Database, guild_id: int) -> AsyncGenerator[list[Case]]:
    """Every case that was told of, in short reads one after the other, by number."""
    last = 0
    while True:
        async with database.reading() as reading:
            rows = await reading.execute(
                select(table)
                .where(
                    table.c.guild_id == guild_id,
                    table.c.number > last,
                    table.c.state.not_in(UNTOLD),
                )
                .order_by(table.c.number)
                .limit(STREAMED)
            )
            some = [case_of(row) for row in rows]
        if not some:
            return
        last = some[-1].number
        yield some


async def about(reading: Reading, guild_id: int, user_id: int, count: int) -> list[Case]:
    """The newest cases about somebody that say something of them, what lifts left out."""
    chosen = select(table).where(_about(guild_id, user_id))
    rows = await reading.execute(chosen.order_by(table.c.id.desc()).limit(count))
    return [case_of(row) for row in rows]


async def count_about(reading: Reading, guild_id: int, user_id: int) -> int:
    """How many there are of these."""
    chosen = select(func.count()).where(_about(guild_id, user_id))
    return int((await reading.execute(chosen)).scalar_one())


async def first_of(reading: Reading, case: Case) -> int:
    """The id of the first case of its mass ban; its own where that one was deleted."""
    is_it = (table.c.guild_id == case.guild_id) & (table.c.number == case.details.batch)
    return (await reading.execute(select(table.c.id).where(is_it))).scalar_one_or_none() or case.id


async def batch(reading: Reading, guild_id: int, first_id: int) -> list[Case]:
    """The cases of a mass ban that came about, of which that one is the first."""
    first = select(table.c.number).where(table.c.id == first_id).scalar_subquery()
    rows = await reading.execute(
        select(table)
        .where(
            table.c.guild_id == guild_id,
            table.c.number >= first,
            table.c.number < first + BATCH,
            table.c.state.not_in(UNTOLD),
        )
        .order_by(table.c.number)
    )
    cases = [case_of(row) for row in rows]
    return [case for case in cases if case.details.batch == cases[0].details.batch]


def _about(guild_id: int, user_id: int) -> ColumnElement[bool]:
    lifting = [name for name, kind in KINDS.items() if kind.lifts]
    return and_(
        table.c.guild_id == guild_id,
        table.c.user_id == user_id,
        table.c.state.not_in(UNTOLD),
        table.c.type.not_in(lifting),
    )


def fits(guild_id: int, query: CaseQuery) -> ColumnElement[bool]:
    """The guild's cases for which the query asks."""
    given = {name: getattr(query, name) for name in ("user_id", "moderator_id", "type")}
    state = table.c.state.not_in(UNTOLD)
    if query.state is not None:
        state = table.c.state == query.state.value
    clauses = [
        table.c.guild_id == guild_id,
        *(table.c[name] == wanted for name, wanted in given.items() if wanted is not None),
        state,
    ]
    if query.is_theirs:
        clauses.append(table.c.type != "note")
    if query.types:
        clauses.append(table.c.type.in_(query.types))
    if query.is_final is not None:
        clauses.append(
            type_coerce(table.c.details, Text).contains(FINAL, autoescape=True) == query.is_final
        )
    if query.text:
        clauses.append(_holds(sought(query.text)))
    return and_(*clauses)


def _holds(wanted: str) -> ColumnElement[bool]:
    """In name, reason or notes."""
    in_note = exists().where(
        case_note.c.case_id == table.c.id,
        case_note.c.sought.contains(wanted, autoescape=True),
    )
    return or_(table.c.sought.contains(wanted, autoescape=True), in_note)
