"""Store of reports: filed, decided and ended once, each from the state it was seen in."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, func, insert, select, update

from bot.features.network.model import (
    LEAST_GUILDS,
    LIFETIME,
    LIVE,
    Report,
    ReporterRecord,
    ReportState,
)
from bot.features.network.tables import network_evidence, network_report
from bot.storage.database import Reading, Transaction
from bot.storage.row_pages import RowPage, page_of
from bot.storage.schema import from_row, one_of

table = network_report

ReportPage = RowPage[Report]
"""Some of one server's, newest first."""

LOOKED_AT = 200  # the newest, for suggestions
LONG_NUMBER = 18  # digits
LIVE_STATES = [ReportState.OPEN.value, ReportState.APPROVED.value]  # as their index says it
JUDGED = {
    ReportState.APPROVED: "approved",
    ReportState.REFUSED: "refused",
    ReportState.VOID: "refused",
}


async def add(tx: Transaction, barred_ids: Sequence[int], **values: Any) -> Report:
    """A new one; its server has no other live one about that person."""
    row = {"state": ReportState.OPEN.value, "barred": {"ids": list(barred_ids)}, **values}
    return report_of((await tx.execute(insert(table).values(row).returning(*table.c))).one())


async def add_file(tx: Transaction, report_id: int, content: bytes) -> None:
    await tx.execute(insert(network_evidence).values(report_id=report_id, bytes=content))


async def file_of(reading: Reading, report_id: int) -> bytes | None:
    """The bytes of what was attached, while the report is live."""
    query = select(network_evidence.c.bytes).where(network_evidence.c.report_id == report_id)
    return (await reading.execute(query)).scalar_one_or_none()


async def by_id(reading: Reading, report_id: int, *, locks: bool = False) -> Report | None:
    """One of any server: who calls compares."""
    query = select(table).where(table.c.id == report_id)
    row = (await reading.execute(query.with_for_update() if locks else query)).one_or_none()
    return None if row is None else report_of(row)


async def live_one(reading: Reading, guild_id: int, user_id: int) -> Report | None:
    """What that server says of the person now."""
    theirs = (table.c.guild_id == guild_id) & (table.c.user_id == user_id)
    query = select(table).where(theirs, one_of(table.c.state, LIVE_STATES))
    row = (await reading.execute(query)).one_or_none()
    return None if row is None else report_of(row)


async def approved_about(reading: Reading, user_id: int) -> list[Report]:
    """Every approved report about somebody, the oldest first; some may have just expired."""
    query = select(table).where(table.c.user_id == user_id, _is(ReportState.APPROVED))
    return [report_of(row) for row in await reading.execute(query.order_by(table.c.id))]


async def lock_about(tx: Transaction, user_id: int) -> None:
    """Keep everything that is said of somebody from other writers until the transaction ends.

    So of two approvals at once the later one sees the other.
    """
    theirs = (table.c.user_id == user_id) & one_of(table.c.state, LIVE_STATES)
    await tx.execute(select(table.c.id).where(theirs).order_by(table.c.id).with_for_update())


async def flagged(reading: Reading, user_ids: Collection[int], now: datetime) -> list[int]:
    """Those of these people whom enough servers have reported."""
    counts = table.c.user_id.in_(user_ids) & _is(ReportState.APPROVED)
    query = (
        select(table.c.user_id)
        .where(counts, table.c.created_at > now - LIFETIME)
        .group_by(table.c.user_id)
        .having(func.count() >= LEAST_GUILDS)  # a server has one about somebody
    )
    return list((await reading.execute(query)).scalars())


async def filed_since(reading: Reading, guild_id: int, since: datetime) -> int:
    """How many reports a server has made since then."""
    query = select(func.count()).where(table.c.guild_id == guild_id, table.c.created_at > since)
    return int((await reading.execute(query)).scalar_one())


async def record_of(reading: Reading, guild_id: int, since: datetime) -> ReporterRecord:
    """How a server's reports were decided since then."""
    query = (
        select(table.c.state, func.count().label("how_many"))
        .where(table.c.guild_id == guild_id, table.c.decided_at > since)
        .where(table.c.state.in_([state.value for state in JUDGED]))
        .group_by(table.c.state)
    )
    counts = {"approved": 0, "refused": 0}
    for row in await reading.execute(query):
        counts[JUDGED[ReportState(row.state)]] += row.how_many
    return ReporterRecord(**counts)


async def counts(reading: Reading, guild_id: int) -> dict[ReportState, int]:
    """How many of a server's reports stand where."""
    query = (
        select(table.c.state, func.count().label("how_many"))
        .where(table.c.guild_id == guild_id)
        .group_by(table.c.state)
    )
    return {ReportState(row.state): row.how_many for row in await reading.execute(query)}


async def page(reading: Reading, guild_id: int, number: int) -> ReportPage:
    """That page of a server's own, the newest first."""
    wanted = select(table).where(table.c.guild_id == guild_id).order_by(table.c.id.desc())
    return await page_of(reading, wanted, number, report_of)


async def suggested(reading: Reading, guild_id: int, typed: str) -> list[Report]:
    """The newest of a server's own, and first the one whose number is typed."""
    theirs = select(table).where(table.c.guild_id == guild_id)
    rows = list(await reading.execute(theirs.order_by(table.c.id.desc()).limit(LOOKED_AT)))
    if typed.isascii() and typed.isdigit() and len(typed) < LONG_NUMBER:
        rows = [*await reading.execute(theirs.where(table.c.id == int(typed))), *rows]
    return list({row.id: report_of(row) for row in rows}.values())


async def move(
    tx: Transaction, seen: Report, to: ReportState, now: datetime, **values: Any
) -> Report | None:
    """Move it on from the state it was seen in; None where somebody was faster.

    One that ends loses its file.
    """
    if to not in LIVE:
        values["ended_at"] = now
    moved = update(table).where(table.c.id == seen.id, _is(seen.state))
    result = await tx.execute(moved.values(state=to.value, **values).returning(*table.c))
    row = result.one_or_none()
    if row is not None and to not in LIVE:
        await tx.execute(delete(network_evidence).where(network_evidence.c.report_id == seen.id))
    return None if row is None else report_of(row)


def aged(now: datetime) -> Select[Any]:
    """Live ones whose time is over, the oldest first."""
    is_old = table.c.created_at <= now - LIFETIME
    live = one_of(table.c.state, LIVE_STATES)
    return select(table.c.id).where(live, is_old).order_by(table.c.created_at)


async def remove_ended(tx: Transaction, before: datetime, most: int) -> list[int]:
    """Let go of some that ended before then; their ids."""
    old = select(table.c.id).where(table.c.ended_at <= before).limit(most)
    gone = list((await tx.execute(old.with_for_update(skip_locked=True))).scalars())
    await tx.execute(delete(network_evidence).where(network_evidence.c.report_id.in_(gone)))
    await tx.execute(delete(table).where(table.c.id.in_(gone)))
    return gone


def _is(state: ReportState) -> ColumnElement[bool]:
    return table.c.state == state.value


def report_of(row: Row[Any]) -> Report:
    """A whole row as a report."""
    barred = tuple(map(int, row.barred["ids"]))
    return from_row(Report, row, barred_ids=barred, state=ReportState(row.state))
