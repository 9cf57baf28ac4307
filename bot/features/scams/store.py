"""Store of detections: a row for each scam that was found, changed by whoever comes first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, insert, select, update

from bot.errors import NotFound
from bot.features.scams.evidence import SeenPicture, document_of, picture_of
from bot.features.scams.model import Detection, DetectionState, ScamDecision, Spot
from bot.features.scams.tables import detection as table
from bot.storage.database import Reading, Transaction
from bot.storage.schema import from_row
from bot.texts import _

FORGOTTEN: dict[str, Any] = {"pictures": {"all": []}, "preview": None}
"""What is kept for staff alone, once they have decided."""


async def add(
    tx: Transaction, spots: Sequence[Spot], pictures: Sequence[SeenPicture], **values: Any
) -> Detection:
    """A new one."""
    row = {
        "spots": _stored(spots),
        "pictures": {"all": [document_of(one) for one in pictures]},
        "tries": 0,
        **values,
    }
    return detection_of((await tx.execute(insert(table).values(row).returning(*table.c))).one())


async def by_id(reading: Reading, detection_id: int, *, locks: bool = False) -> Detection | None:
    """One of any guild; `locks` keeps other writers from it until the end of `tx`."""
    query = select(table).where(table.c.id == detection_id)
    row = (await reading.execute(query.with_for_update() if locks else query)).one_or_none()
    return None if row is None else detection_of(row)


async def known(
    reading: Reading, guild_id: int, detection_id: int, *, locks: bool = False
) -> Detection:
    """The guild's; NotFound where it has none of that number, whoever else has."""
    found = await by_id(reading, detection_id, locks=locks)
    if found is None or found.guild_id != guild_id:
        raise NotFound(
            _("There is no finding {number} in this server.").format(number=detection_id)
        )
    return found


async def of_message(reading: Reading, guild_id: int, message_id: int) -> Detection | None:
    """That of a message, which is told of by the gateway more than once."""
    is_it = (table.c.guild_id == guild_id) & (table.c.message_id == message_id)
    row = (await reading.execute(select(table).where(is_it))).one_or_none()
    return None if row is None else detection_of(row)


async def newest_of(
    tx: Transaction, guild_id: int, user_id: int, since: datetime
) -> Detection | None:
    """The person's newest since then, locked; one that acts before others."""
    is_theirs = (table.c.guild_id == guild_id) & (table.c.user_id == user_id)
    fits = is_theirs & (table.c.created_at >= since)
    newest = table.c.acts.desc(), table.c.id.desc()
    query = select(table).where(fits).order_by(*newest).limit(1).with_for_update()
    row = (await tx.execute(query)).one_or_none()
    return None if row is None else detection_of(row)


async def change(tx: Transaction, seen: Detection, **values: Any) -> Detection:
    """Change one that is locked."""
    if "spots" in values:
        values["spots"] = _stored(values["spots"])
    changed = update(table).where(table.c.id == seen.id).values(**values).returning(*table.c)
    return detection_of((await tx.execute(changed)).one())


async def pictures_of(reading: Reading, detection_id: int) -> list[SeenPicture]:
    """What it is known by, as long as that is kept."""
    query = select(table.c.pictures).where(table.c.id == detection_id)
    return [picture_of(one) for one in (await reading.execute(query)).scalar_one()["all"]]


def pending(_now: datetime) -> Select[Any]:
    """Those of which something is left to do."""
    is_pending = table.c.state == DetectionState.PENDING.value
    return select(table.c.id).where(is_pending).order_by(table.c.id)


async def still(reading: Reading, seen: Detection) -> Detection | None:
    """As it is now, where something is left to do."""
    found = await by_id(reading, seen.id)
    return found if found is not None and found.state is DetectionState.PENDING else None


async def old(tx: Transaction, before: datetime, limit: int) -> list[int]:
    """Some that were found before then and are done, kept from other processes meanwhile."""
    fits = (table.c.created_at < before) & (table.c.state == DetectionState.DONE.value)
    query = select(table.c.id).where(fits).order_by(table.c.created_at).limit(limit)
    rows = await tx.execute(query.with_for_update(skip_locked=True))
    return [int(one) for one in rows.scalars()]


async def remove(tx: Transaction, detection_ids: Sequence[int]) -> None:
    await tx.execute(delete(table).where(table.c.id.in_(detection_ids)))


def detection_of(row: Row[Any]) -> Detection:
    """A whole row as a detection."""
    return from_row(
        Detection,
        row,
        state=DetectionState(row.state),
        decision=None if row.decision is None else ScamDecision(row.decision),
        spots=tuple(Spot(*one) for one in row.spots["all"]),
        signals=tuple(row.signals["all"]),
    )


def _stored(spots: Sequence[Spot]) -> dict[str, Any]:
    return {"all": [[one.channel_id, one.message_id, one.is_settled] for one in spots]}
