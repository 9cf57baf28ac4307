"""Store of incidents: rows of what was found, and of what was done about it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select, update

from bot.controls import Tone
from bot.errors import NotFound
from bot.features.incidents.model import (
    Incident,
    MeasureRecord,
    MeasureState,
    can_try_again,
    stored_why,
    why_of,
)
from bot.features.incidents.tables import incident as table
from bot.features.incidents.tables import incident_measure as measures
from bot.incident import Finding, Measure
from bot.storage.database import Reading, Transaction
from bot.storage.row_pages import RowPage, page_of
from bot.storage.schema import from_row
from bot.texts import _

IncidentPage = RowPage[Incident]
MeasurePage = RowPage[MeasureRecord]

LOOKED_AT = 100
"""How many of the newest are looked through for what is typed."""

LONG_NUMBER = 10  # digits

CLAIM = {"tries": measures.c.tries + 1}
"""Written with each lease: how often it was tried to undo it."""


async def add(tx: Transaction, finding: Finding, now: datetime) -> int:
    """The new incident's number."""
    row = {
        "guild_id": finding.guild_id,
        "feature": finding.feature,
        "title": finding.title,
        "why": stored_why(finding.why),
        "user_id": finding.user_id,
        "channel_id": finding.channel_id,
        "message_id": finding.message_id,
        "is_shadow": finding.is_shadow,
        "tone": finding.tone.value,
        "measures": 0,
        "created_at": now,
    }
    return int((await tx.execute(insert(table).values(row).returning(table.c.id))).scalar_one())


async def counted(tx: Transaction, incident_id: int, more: int) -> Incident:
    """It has so many measures more; kept from other writers until the transaction ends."""
    changed = update(table).where(table.c.id == incident_id)
    row = await tx.execute(changed.values(measures=table.c.measures + more).returning(*table.c))
    return incident_of(row.one())


async def add_measures(
    tx: Transaction, seen: Incident, done: Sequence[Measure], undoable: Collection[str]
) -> None:
    """What was done, in order; of what is undone already the rest is to be undone as well."""

    def state(one: Measure) -> MeasureState:
        if seen.is_shadow:
            return MeasureState.SHADOW
        is_undoing = seen.is_undone and one.kind in undoable
        return MeasureState.UNDOING if is_undoing else MeasureState.DONE

    rows = [
        {
            "incident_id": seen.id,
            "guild_id": seen.guild_id,
            "kind": one.kind,
            "target_id": one.target_id,
            "label": one.label,
            "data": dict(one.data),
            "state": state(one).value,
            "tries": 0,
        }
        for one in done
    ]
    await tx.execute(insert(measures), rows)


async def by_id(reading: Reading, incident_id: int) -> Incident | None:
    """An incident of any guild."""
    row = (await reading.execute(select(table).where(table.c.id == incident_id))).one_or_none()
    return None if row is None else incident_of(row)


async def known(reading: Reading, guild_id: int, incident_id: int) -> Incident:
    """The guild's incident; NotFound where it has none of that number, whoever else has."""
    found = await by_id(reading, incident_id)
    if found is None or found.guild_id != guild_id:
        raise NotFound(
            _("There is no incident {number} in this server.").format(number=incident_id)
        )
    return found


async def page(
    reading: Reading, guild_id: int, number: int, *, feature: str | None
) -> IncidentPage:
    """That page of the guild's, newest first, or of one protection's."""
    wanted = select(table).where(table.c.guild_id == guild_id)
    if feature is not None:
        wanted = wanted.where(table.c.feature == feature)
    return await page_of(reading, wanted.order_by(table.c.id.desc()), number, incident_of)


async def suggested(reading: Reading, guild_id: int, typed: str) -> list[Incident]:
    """The newest of the guild's, and first the one whose number is typed."""
    theirs = select(table).where(table.c.guild_id == guild_id)
    rows = list(await reading.execute(theirs.order_by(table.c.id.desc()).limit(LOOKED_AT)))
    if typed.isascii() and typed.isdigit() and len(typed) < LONG_NUMBER:
        rows = [*await reading.execute(theirs.where(table.c.id == int(typed))), *rows]
    return list({row.id: incident_of(row) for row in rows}.values())


async def measure_page(reading: Reading, incident_id: int, number: int) -> MeasurePage:
    """That page of what was done, in the order in which it was."""
    wanted = select(measures).where(measures.c.incident_id == incident_id)
    return await page_of(reading, wanted.order_by(measures.c.id), number, measure_of)


async def first_measures(reading: Reading, incident_id: int, most: int) -> list[MeasureRecord]:
    """The first that were done."""
    wanted = select(measures).where(measures.c.incident_id == incident_id)
    rows = await reading.execute(wanted.order_by(measures.c.id).limit(most))
    return [measure_of(row) for row in rows]


async def counts(
    reading: Reading, incident_id: int, undoable: Collection[str]
) -> dict[tuple[MeasureState, bool], int]:
    """How many measures stand in each state, those that can be undone apart."""
    can = measures.c.kind.in_(undoable)
    query = (
        select(measures.c.state, can.label("is_undoable"), func.count().label("how_many"))
        .where(measures.c.incident_id == incident_id)
        .group_by(measures.c.state, can)
    )
    rows = await reading.execute(query)
    return {(MeasureState(row.state), bool(row.is_undoable)): row.how_many for row in rows}


async def undo(
    tx: Transaction, seen: Incident, by_id: int, now: datetime, undoable: Collection[str]
) -> int | None:
    """Take note that it is to be undone; how much of it, None where somebody was faster.

    What one could not undo another may: it is theirs to try where nothing is under way any more.
    """
    # Locked first, in a statement of its own: what the others have begun is seen after it.
    is_it = table.c.id == seen.id
    locked = (await tx.execute(select(table.c.undone_by_id).where(is_it).with_for_update())).one()
    if locked.undone_by_id is not None:
        found = await counts(tx, seen.id, undoable)
        if not can_try_again(found):
            return None
    await tx.execute(update(table).where(is_it).values(undone_by_id=by_id, undone_at=now))
    open_states = MeasureState.DONE.value, MeasureState.KEPT.value
    begun = update(measures).where(
        measures.c.incident_id == seen.id,
        measures.c.state.in_(open_states),
        measures.c.kind.in_(undoable),
    )
    values = {"state": MeasureState.UNDOING.value, "tries": 0, "failure": None, "look_at": None}
    return (await tx.execute(begun.values(**values))).rowcount


def undoing(_now: datetime) -> Select[Any]:
    """Measures that are still to be undone."""
    wanted = measures.c.state == MeasureState.UNDOING.value
    return select(measures.c.id).where(wanted).order_by(measures.c.id)


async def still(reading: Reading, seen: MeasureRecord) -> MeasureRecord | None:
    """The measure with who wants it undone; None where nothing is left to be done."""
    query = (
        select(measures, table.c.undone_by_id)
        .join(table, table.c.id == measures.c.incident_id)
        .where(measures.c.id == seen.id, measures.c.state == MeasureState.UNDOING.value)
    )
    row = (await reading.execute(query)).one_or_none()
    return None if row is None else measure_of(row, undone_by_id=row.undone_by_id)


async def settle(
    tx: Transaction, seen: MeasureRecord, state: MeasureState, failure: str | None
) -> bool:
    """What came of undoing it; false where another process was faster."""
    wanted = measures.c.id == seen.id, measures.c.state == MeasureState.UNDOING.value
    result = await tx.execute(
        update(measures).where(*wanted).values(state=state.value, failure=failure, look_at=None)
    )
    return result.rowcount > 0


async def old(tx: Transaction, before: datetime, limit: int) -> list[int]:
    """Some that are older, kept from other processes meanwhile: their numbers grow with time."""
    first = select(table.c.id, table.c.created_at).order_by(table.c.id).limit(limit).subquery()
    query = select(table.c.id).where(
        table.c.id.in_(select(first.c.id).where(first.c.created_at <= before))
    )
    rows = await tx.execute(query.order_by(table.c.id).with_for_update(skip_locked=True))
    return [int(one) for one in rows.scalars()]


async def remove(tx: Transaction, incident_ids: Collection[int]) -> None:
    await tx.execute(delete(measures).where(measures.c.incident_id.in_(incident_ids)))
    await tx.execute(delete(table).where(table.c.id.in_(incident_ids)))


def incident_of(row: Row[Any]) -> Incident:
    """A whole row as an incident."""
    return from_row(Incident, row, why=why_of(row.why), tone=Tone(row.tone))


def measure_of(row: Row[Any], *, undone_by_id: int | None = None) -> MeasureRecord:
    """A whole row as a measure."""
    state = MeasureState(row.state)
    return from_row(MeasureRecord, row, state=state, undone_by_id=undone_by_id)
