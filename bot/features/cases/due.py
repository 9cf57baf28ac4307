"""Due rows of cases: what a sweep has to look at, and what a comparison with Discord has."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, null, select, update

from bot.features.cases.model import Case, CaseState
from bot.features.cases.store import by_id, case_of, table
from bot.storage.database import Reading, Transaction
from bot.storage.sweep import LEASE

COMPARED = ("timeout", "mute")
"""Types whose effect can be seen on a member, and changed there by hand."""

_ACTIVE = table.c.state == CaseState.ACTIVE.value
_PENDING = table.c.state == CaseState.PENDING.value


async def under_way(reading: Reading, now: datetime) -> tuple[list[Case], list[Case]]:
    """In every guild: the cases that are pending, and those in effect whose time is over."""
    is_due = _ACTIVE & (table.c.expires_at <= now)
    return await _all(reading, _PENDING), await _all(reading, is_due, table.c.expires_at)


def expired(now: datetime) -> Select[Any]:
    """Cases whose time has run out, the most overdue first."""
    is_over = _ACTIVE & (table.c.expires_at <= now)
    return select(table.c.id).where(is_over).order_by(table.c.expires_at)


def stuck(now: datetime) -> Select[Any]:
    """Cases that have been pending for longer than the lease."""
    is_stuck = _PENDING & (table.c.created_at <= now - LEASE)
    return select(table.c.id).where(is_stuck).order_by(table.c.id)


def repeated(_now: datetime) -> Select[Any]:
    """Cases in effect of which something is to be done on Discord once more."""
    return select(table.c.id).where(_ACTIVE & table.c.repeats).order_by(table.c.id)


def compared(now: datetime) -> Select[Any]:
    """Cases that are to be compared with what Discord shows."""
    is_due = table.c.compare_at <= now
    return select(table.c.id).where(is_due).order_by(table.c.compare_at)


async def unchanged(reading: Reading, seen: Case) -> Case | None:
    """The case as it is now, where it is in the state in which it was seen."""
    now = await by_id(reading, seen.guild_id, seen.id)
    return now if now is not None and now.state is seen.state else None


async def comparable(reading: Reading, guild_id: int, user_id: int) -> list[Case]:
    """What a change to that member may concern: in effect, or lifted and not yet compared."""
    is_about = (table.c.guild_id == guild_id) & (table.c.user_id == user_id)
    is_open = _ACTIVE | table.c.compare_at.is_not(None)
    return await _all(reading, is_about & table.c.type.in_(COMPARED) & is_open)


async def is_under_way(reading: Reading, of: Case) -> bool:
    """Whether another act on the same person is being carried out, maybe by another process."""
    is_about = (table.c.guild_id == of.guild_id) & (table.c.user_id == of.user_id)
    return bool(await _all(reading, is_about & _PENDING))


async def compare_later(tx: Transaction, case_ids: Collection[int], at: datetime) -> None:
    """These are to be compared then, also where an end of theirs was put off."""
    free = case((table.c.repeats, table.c.look_at), else_=null())
    wanted = table.c.id.in_(case_ids)
    await tx.execute(update(table).where(wanted).values(compare_at=at, look_at=free))


async def compare_guild(tx: Transaction, guild_id: int, now: datetime) -> None:
    """The same for everything of a guild that may have been changed while nobody looked."""
    is_there = table.c.guild_id == guild_id
    standing = is_there & _ACTIVE & table.c.type.in_(COMPARED)
    for wanted in (standing, is_there & table.c.compare_at.is_not(None)):
        await tx.execute(update(table).where(wanted).values(compare_at=now))


async def repeat_mutes(
    tx: Transaction, guild_id: int, user_ids: Collection[int], now: datetime
) -> None:
    """The mutes of these people whose time is not over are to be applied anew."""
    await tx.execute(
        update(table)
        .where(
            table.c.guild_id == guild_id,
            table.c.user_id.in_([*user_ids]),
            table.c.type == "mute",
            _ACTIVE,
            table.c.expires_at.is_(None) | (table.c.expires_at > now),
        )
        .values(repeats=True, look_at=None)
    )


async def _all(
    reading: Reading, wanted: ColumnElement[bool], *since: ColumnElement[Any]
) -> list[Case]:
    found = await reading.execute(select(table).where(wanted).order_by(*since, table.c.id))
    return [case_of(row) for row in found]
