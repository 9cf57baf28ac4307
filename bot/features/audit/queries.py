"""Queries of the audit: entries that a search finds, one in whole, and all for a file."""

from collections.abc import AsyncGenerator, Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, insert, or_, select

from bot.catalogue.security import AuditSource, Severity
from bot.clock import from_ms, to_ms
from bot.features.audit.model import SEVERITIES, reaches
from bot.features.audit.tables import audit_entry as table
from bot.features.audit.tables import audit_search as searches
from bot.storage.database import Database, Reading, Transaction
from bot.storage.row_pages import RowPage, page_of
from bot.storage.schema import from_row
from bot.user_text import sought

STREAMED = 500  # entries of one read, while all are written out
SUGGESTED = 100
SEARCHES_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """An entry as it stands in the log."""

    id: int
    guild_id: int
    event_type: str
    severity: Severity
    source: AuditSource
    actor_id: int | None
    actor_name: str
    target_id: str | None
    target_type: str
    summary: str
    context: Mapping[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """What a search goes by; each that is given must fit.

    `event_type` stands also for those that begin with it and a dot; `severity` is the least.
    """

    actor_id: int | None = None
    target: str | None = None
    event_type: str | None = None
    severity: Severity | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str | None = None

    @property
    def stored(self) -> dict[str, Any]:
        """As JSON has it, without what is not asked for."""
        given = {name: value for name, value in asdict(self).items() if value is not None}
        return {
            name: to_ms(value) if isinstance(value, datetime) else value
            for name, value in given.items()
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "AuditQuery":
        """What was stored."""
        given: dict[str, Any] = {
            name: from_ms(value) if name in ("since", "until") else value
            for name, value in stored.items()
        }
        return cls(**given)


AuditPage = RowPage[AuditRecord]
_NEWEST = table.c.created_at.desc(), table.c.id.desc()


async def page(reading: Reading, guild_id: int, query: AuditQuery, number: int) -> AuditPage:
    """That page, or the nearest there is; the newest first."""
    wanted = select(table).where(fits(guild_id, query)).order_by(*_NEWEST)
    return await page_of(reading, wanted, number, record_of)


async def one(reading: Reading, guild_id: int, entry_id: int) -> AuditRecord | None:
    """The guild's entry of that number."""
    query = select(table).where(table.c.guild_id == guild_id, table.c.id == entry_id)
    row = (await reading.execute(query)).one_or_none()
    return None if row is None else record_of(row)


async def of_any_guild(reading: Reading, entry_id: int) -> AuditRecord | None:
    """The entry of that number, for its own post."""
    row = (await reading.execute(select(table).where(table.c.id == entry_id))).one_or_none()
    return None if row is None else record_of(row)


async def suggested(reading: Reading, guild_id: int) -> list[AuditRecord]:
    """The newest."""
    query = select(table).where(table.c.guild_id == guild_id).order_by(*_NEWEST)
    return [record_of(row) for row in await reading.execute(query.limit(SUGGESTED))]


async def types(reading: Reading, guild_id: int) -> list[str]:
    """The types of the guild's entries."""
    query = select(table.c.event_type).where(table.c.guild_id == guild_id).distinct()
    return sorted((await reading.execute(query)).scalars())


async def all_entries(
    database: Database, guild_id: int, query: AuditQuery
) -> AsyncGenerator[list[AuditRecord]]:
    """Every entry that fits, the oldest first, in short reads one after the other."""
    last: AuditRecord | None = None
    while True:
        wanted = select(table).where(fits(guild_id, query))
        if last is not None:
            same = and_(table.c.created_at == last.created_at, table.c.id > last.id)
            wanted = wanted.where(or_(table.c.created_at > last.created_at, same))
        async with database.reading() as reading:
            rows = await reading.execute(
                wanted.order_by(table.c.created_at, table.c.id).limit(STREAMED)
            )
            some = [record_of(row) for row in rows]
        if not some:
            return
        last = some[-1]
        yield some


async def keep(tx: Transaction, guild_id: int, query: AuditQuery, now: datetime) -> int:
    """Keep a search, whose number stands in the buttons that turn its pages."""
    row = {"guild_id": guild_id, "query": query.stored, "created_at": now}
    return int(
        (await tx.execute(insert(searches).values(row).returning(searches.c.id))).scalar_one()
    )


async def kept(reading: Reading, guild_id: int, search_id: int) -> AuditQuery | None:
    """The guild's search of that number; None where it is too old."""
    wanted = searches.c.guild_id == guild_id, searches.c.id == search_id
    found = await reading.execute(select(searches.c.query).where(*wanted))
    stored = found.scalar_one_or_none()
    return None if stored is None else AuditQuery.read(stored)


async def forget_searches(tx: Transaction, now: datetime) -> int:
    """Let go of old ones."""
    old = searches.c.created_at <= now - SEARCHES_KEPT
    return (await tx.execute(delete(searches).where(old))).rowcount


def fits(guild_id: int, query: AuditQuery) -> ColumnElement[bool]:
    """The guild's entries for which the query asks."""
    clauses = [table.c.guild_id == guild_id]
    if query.actor_id is not None:
        clauses.append(table.c.actor_id == query.actor_id)
    if query.target is not None:
        clauses.append(table.c.target_id == query.target)
    if query.event_type is not None:
        below = table.c.event_type.startswith(f"{query.event_type}.", autoescape=True)
        clauses.append(or_(table.c.event_type == query.event_type, below))
    if query.severity is not None:
        clauses.append(table.c.severity.in_(_at_least(query.severity)))
    return and_(*clauses, *_further(query))


def _further(query: AuditQuery) -> list[ColumnElement[bool]]:
    clauses: list[ColumnElement[bool]] = []
    if query.since is not None:
        clauses.append(table.c.created_at >= query.since)
    if query.until is not None:
        clauses.append(table.c.created_at <= query.until)
    if query.text:
        clauses.append(table.c.sought.contains(sought(query.text), autoescape=True))
    return clauses


def _at_least(severity: Severity) -> Collection[Severity]:
    return [one for one in SEVERITIES if reaches(one, severity)]


def record_of(row: Row[Any]) -> AuditRecord:
    """A whole row as a record."""
    return from_row(AuditRecord, row)
