"""Store of giveaways: rows moved on once, each from a state from which its step leads."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select, update

from bot.errors import NotFound
from bot.features.giveaways.model import (
    STANDING,
    STEPS,
    Giveaway,
    GiveawayState,
    GiveawayStep,
    Terms,
)
from bot.features.giveaways.tables import giveaway as table
from bot.storage.database import Reading, Transaction
from bot.storage.row_pages import RowPage, page_of
from bot.storage.schema import from_row
from bot.texts import _
from bot.user_text import sought

NUMBER = re.compile("[0-9]{1,18}")
LOOKED_AT = 500  # of a guild's newest, while somebody types

GiveawayPage = RowPage[Giveaway]
"""Some of a guild's giveaways, newest first."""


async def add(tx: Transaction, **values: Any) -> Giveaway:
    """A new giveaway."""
    made = await tx.execute(insert(table).values(_plain(values)).returning(*table.c))
    return giveaway_of(made.one())


async def by_id(reading: Reading, giveaway_id: int, *, locks: bool = False) -> Giveaway | None:
    """A giveaway of any guild; `locks` keeps other writers from it until the end of `tx`."""
    query = select(table).where(table.c.id == giveaway_id)
    row = (await reading.execute(query.with_for_update() if locks else query)).one_or_none()
    return None if row is None else giveaway_of(row)


async def known(
    reading: Reading, guild_id: int, giveaway_id: int, *, locks: bool = False
) -> Giveaway:
    """The guild's giveaway; NotFound where it has none of that number, whoever else has."""
    found = await by_id(reading, giveaway_id, locks=locks)
    if found is None or found.guild_id != guild_id:
        text = _("There is no giveaway {number} in this server.")
        raise NotFound(text.format(number=giveaway_id))
    return found


async def found(reading: Reading, giveaway_id: int) -> Giveaway:
    """A giveaway of any guild, for whoever has its link; NotFound without one."""
    giveaway = await by_id(reading, giveaway_id)
    if giveaway is None:
        raise NotFound(_("That giveaway is not there any more."))
    return giveaway


async def held(tx: Transaction, giveaway_id: int) -> Giveaway | None:
    """A giveaway that nobody closes before the transaction ends; many hold it at a time."""
    query = select(table).where(table.c.id == giveaway_id).with_for_update(read=True)
    row = (await tx.execute(query)).one_or_none()
    return None if row is None else giveaway_of(row)


async def standing(reading: Reading, guild_id: int) -> int:
    """How many of the guild's have not ended."""
    fits = (table.c.guild_id == guild_id) & table.c.state.in_(STANDING)
    count = select(func.count()).select_from(table).where(fits)
    return int((await reading.execute(count)).scalar_one())


async def all_standing(reading: Reading, guild_id: int) -> list[Giveaway]:
    """The guild's that have not ended."""
    fits = (table.c.guild_id == guild_id) & table.c.state.in_(STANDING)
    rows = await reading.execute(select(table).where(fits).order_by(table.c.id))
    return [giveaway_of(row) for row in rows]


async def lock_standing(tx: Transaction, guild_id: int) -> list[Giveaway]:
    """The guild's that have not ended, while nobody else changes one."""
    fits = (table.c.guild_id == guild_id) & table.c.state.in_(STANDING)
    query = select(table).where(fits).order_by(table.c.id).with_for_update()
    return [giveaway_of(row) for row in await tx.execute(query)]


async def page(reading: Reading, guild_id: int, number: int, *, is_whole: bool) -> GiveawayPage:
    """That page of those that stand, or of all there were."""
    fits = table.c.guild_id == guild_id
    if not is_whole:
        fits &= table.c.state.in_(STANDING)
    wanted = select(table).where(fits).order_by(table.c.id.desc())
    return await page_of(reading, wanted, number, giveaway_of)


async def suggested(reading: Reading, guild_id: int, typed: str) -> list[Giveaway]:
    """The newest whose number or prize holds what was typed, and that of just that number."""
    wanted = sought(typed.strip())
    own = select(table).where(table.c.guild_id == guild_id)
    number = int(wanted) if NUMBER.fullmatch(wanted) else 0
    newest = own.order_by(table.c.id.desc()).limit(LOOKED_AT)
    rows = [*await reading.execute(own.where(table.c.id == number)), *await reading.execute(newest)]
    found = {row.id: giveaway_of(row) for row in rows}
    return [one for one in found.values() if wanted in sought(f"{one.id}: {one.prize}")]


async def move(
    tx: Transaction, giveaway_id: int, step: GiveawayStep, **values: Any
) -> Giveaway | None:
    """Take the step; None where the giveaway is in no state from which it leads."""
    before, after = STEPS[step]
    return await _changed(tx, giveaway_id, before, state=after.value, **values)


async def change(tx: Transaction, seen: Giveaway, **values: Any) -> Giveaway | None:
    """Change it in the state it was seen in; None where it is in another."""
    return await _changed(tx, seen.id, (seen.state,), **values)


async def _changed(
    tx: Transaction, giveaway_id: int, before: Collection[GiveawayState], **values: Any
) -> Giveaway | None:
    result = await tx.execute(
        update(table)
        .where(table.c.id == giveaway_id, table.c.state.in_(before))
        .values(**_plain(values))
        .returning(*table.c)
    )
    row = result.one_or_none()
    return None if row is None else giveaway_of(row)


def beginning(now: datetime) -> Select[Any]:
    """Scheduled ones that are to open."""
    is_due = (table.c.state == GiveawayState.SCHEDULED.value) & (table.c.starts_at <= now)
    return select(table.c.id).where(is_due).order_by(table.c.starts_at)


def over(now: datetime) -> Select[Any]:
    """Open ones whose time is over."""
    is_due = (table.c.state == GiveawayState.OPEN.value) & (table.c.ends_at <= now)
    return select(table.c.id).where(is_due).order_by(table.c.ends_at)


def next_beginning(now: datetime) -> Select[Any]:
    """When the next of the scheduled ones is to open."""
    is_later = (table.c.state == GiveawayState.SCHEDULED.value) & (table.c.starts_at > now)
    return select(func.min(table.c.starts_at)).where(is_later)


def next_over(now: datetime) -> Select[Any]:
    """When the time of the next open one is over."""
    is_later = (table.c.state == GiveawayState.OPEN.value) & (table.c.ends_at > now)
    return select(func.min(table.c.ends_at)).where(is_later)


def undrawn(_now: datetime) -> Select[Any]:
    """Closed ones of which no winners are written down."""
    is_due = table.c.state == GiveawayState.DRAWING.value
    return select(table.c.id).where(is_due).order_by(table.c.id)


async def forgotten(reading: Reading, now: datetime) -> int | None:
    """One that ended so long ago that nobody needs it any more."""
    query = select(table.c.id).where(table.c.forget_at <= now).order_by(table.c.forget_at).limit(1)
    return (await reading.execute(query)).scalar_one_or_none()


async def remove(tx: Transaction, giveaway_id: int) -> None:
    """Delete it with its draws and its winners."""
    await tx.execute(delete(table).where(table.c.id == giveaway_id))


def giveaway_of(row: Row[Any]) -> Giveaway:
    """A whole row as a giveaway."""
    return from_row(
        Giveaway,
        row,
        state=GiveawayState(row.state),
        terms=Terms.read(row.terms),
        lasts=timedelta(seconds=row.lasts),
        every=None if row.every is None else timedelta(seconds=row.every),
        sealed_seed=None if row.sealed_seed is None else bytes(row.sealed_seed),
    )


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """As the columns hold it."""
    plain = dict(values)
    for name in ("lasts", "every"):
        if isinstance(plain.get(name), timedelta):
            plain[name] = int(plain[name].total_seconds())
    if isinstance(plain.get("terms"), Terms):
        plain["terms"] = plain["terms"].document()
    return plain
