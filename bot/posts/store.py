"""Store of posts: a row for each message that is owed, or that may change."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, delete, insert, literal, select, update

from bot.acts import Outcome
from bot.posts.tables import post as table
from bot.storage.database import Reading, Transaction
from bot.storage.schema import from_row
from bot.storage.sweep import LEASE

CLAIM = {"tries": table.c.tries + 1}
"""Written with each lease: how often it was tried without anybody knowing what came of it."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who is written to: a person, a channel, or the channel that the guild has chosen for it."""

    guild_id: int
    channel_id: int | None = None
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class PostRecord:
    """A row; `outcome` is of the last try, `last` is there once the subject is gone."""

    id: int
    kind: str
    subject_id: int
    guild_id: int
    channel_id: int | None
    user_id: int | None
    message_id: int | None
    version: int
    is_owed: bool
    owed_since: datetime
    tries: int
    outcome: Outcome | None
    failure: str | None
    fingerprint: str | None
    last: Mapping[str, Any] | None


async def add(
    tx: Transaction, kind: str, subject_id: int, to: Addressee, now: datetime, **values: Any
) -> None:
    """A new row, owed unless `values` say otherwise."""
    row = {
        "kind": kind,
        "subject_id": subject_id,
        "guild_id": to.guild_id,
        "channel_id": to.channel_id,
        "user_id": to.user_id,
        "version": 0,
        "is_owed": True,
        "owed_since": now,
        "tries": 0,
        **values,
    }
    await tx.execute(insert(table).values(row))


async def owe_again(
    tx: Transaction, kind: str, subject_id: int, now: datetime, **values: Any
) -> bool:
    """What there is must be drawn anew; false where there is none.

    What somebody is at, or what got no answer, keeps its time.
    """
    if "look_at" in values:
        free = literal(values["look_at"], table.c.look_at.type)
        values["look_at"] = case((table.c.tries == 0, free), else_=table.c.look_at)
    result = await tx.execute(
        update(table)
        .where(_is(kind, subject_id), table.c.last.is_(None))
        .values(
            version=table.c.version + 1,
            is_owed=True,
            owed_since=case(
                (table.c.is_owed, table.c.owed_since), else_=literal(now, table.c.owed_since.type)
            ),
            **values,
        )
    )
    return result.rowcount > 0


async def forget(tx: Transaction, kind: str, subject_id: int, *, unsaid: bool = False) -> None:
    """Remove the row; with `unsaid` only where no message can be there."""
    wanted = _is(kind, subject_id)
    if unsaid:
        wanted &= table.c.message_id.is_(None) & (table.c.tries == 0)
    await tx.execute(delete(table).where(wanted))


async def remove(tx: Transaction, seen: PostRecord) -> None:
    """Nothing is left to be said, unless it was owed anew since."""
    await tx.execute(delete(table).where(table.c.id == seen.id, table.c.version == seen.version))


async def claim(
    tx: Transaction, kind: str, subject_id: int, now: datetime, *, keeps_pace: bool
) -> PostRecord | None:
    """Take it, where it is owed and nobody is at it; `keeps_pace` not before its time."""
    is_free = table.c.look_at.is_(None) | (table.c.look_at <= now)
    if not keeps_pace:
        is_free |= table.c.tries == 0
    result = await tx.execute(
        update(table)
        .where(_is(kind, subject_id), table.c.is_owed, is_free)
        .values(look_at=now + LEASE, **CLAIM)
        .returning(*table.c)
    )
    row = result.one_or_none()
    return None if row is None else record_of(row)


def due(kinds: Collection[str], _now: datetime) -> Select[Any]:
    """What is owed of these kinds, in the order in which it was."""
    wanted = table.c.is_owed & table.c.kind.in_(kinds)
    return select(table.c.id).where(wanted).order_by(table.c.id)


async def locked(tx: Transaction, record_id: int) -> PostRecord | None:
    """The row as it is, kept from other writers until the transaction ends."""
    query = select(table).where(table.c.id == record_id).with_for_update()
    row = (await tx.execute(query)).one_or_none()
    return None if row is None else record_of(row)


async def change(tx: Transaction, record_id: int, **values: Any) -> PostRecord:
    """Write what came of a try; the row is locked."""
    changed = update(table).where(table.c.id == record_id).values(values).returning(*table.c)
    return record_of((await tx.execute(changed)).one())


async def note_drawing(tx: Transaction, record: PostRecord, fingerprint: str) -> None:
    """Write down what is about to be sent, so that it is known again."""
    drawn = update(table).where(table.c.id == record.id).values(fingerprint=fingerprint)
    await tx.execute(drawn)


async def find(reading: Reading, kind: str, subject_id: int) -> PostRecord | None:
    """The row, where there is one."""
    row = (await reading.execute(select(table).where(_is(kind, subject_id)))).one_or_none()
    return None if row is None else record_of(row)


async def still(reading: Reading, seen: PostRecord) -> PostRecord | None:
    """The record as it is now: what was paid just before may have changed it."""
    row = (await reading.execute(select(table).where(table.c.id == seen.id))).one_or_none()
    return None if row is None else record_of(row)


async def known(reading: Reading, message_ids: Collection[int]) -> set[int]:
    """Those of the messages that are some post's."""
    query = select(table.c.message_id).where(table.c.message_id.in_(message_ids))
    return set((await reading.execute(query)).scalars())


def _is(kind: str, subject_id: int) -> ColumnElement[bool]:
    return (table.c.kind == kind) & (table.c.subject_id == subject_id)


def record_of(row: Row[Any]) -> PostRecord:
    """A whole row as a record."""
    outcome = None if row.outcome is None else Outcome(row.outcome)
    return from_row(PostRecord, row, outcome=outcome)
