"""Store of hits, and of the searches that lead to them."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select, update

from bot.features.network.hit_model import HitState, MemberHit, NetworkSearch
from bot.features.network.tables import network_hit, network_search
from bot.storage.database import Reading, Transaction
from bot.storage.schema import from_row

search, hit = network_search, network_hit
TOGETHER = 200  # rows of one statement


async def add_searches(tx: Transaction, places: Iterable[tuple[int, int]], now: datetime) -> None:
    """Each person is to be looked for in that guild; twice does no harm."""
    rows = [
        {"guild_id": guild_id, "user_id": user_id, "created_at": now}
        for guild_id, user_id in places
    ]
    for start in range(0, len(rows), TOGETHER):
        await tx.execute(insert(search), rows[start : start + TOGETHER])


async def take_search(tx: Transaction, search_id: int) -> bool:
    """Whether it was still to be done: it is not any more, if the transaction ends well."""
    return bool((await tx.execute(delete(search).where(search.c.id == search_id))).rowcount)


def searches(_now: datetime) -> Select[Any]:
    """All that are to be done."""
    return select(search.c.id).order_by(search.c.id)


def search_of(row: Row[Any]) -> NetworkSearch:
    """A whole row as a search."""
    return from_row(NetworkSearch, row)


async def is_known(
    tx: Transaction, guild_id: int, user_id: int, key: str, *, is_shadow: bool
) -> bool:
    """Whether that guild has heard of that person's set of reports; in shadow that is enough.

    Else what was only told in shadow makes way.
    """
    them = (hit.c.guild_id == guild_id) & (hit.c.user_id == user_id) & (hit.c.reports_key == key)
    if not is_shadow:
        await tx.execute(delete(hit).where(them, hit.c.state == HitState.SHADOW.value))
    return (await tx.execute(select(hit.c.id).where(them))).first() is not None


async def add(tx: Transaction, **values: Any) -> MemberHit:
    """A new one."""
    row = {"is_void": False, **values}
    return hit_of((await tx.execute(insert(hit).values(row).returning(*hit.c))).one())


async def by_id(reading: Reading, hit_id: int) -> MemberHit | None:
    """One of any guild."""
    row = (await reading.execute(select(hit).where(hit.c.id == hit_id))).one_or_none()
    return None if row is None else hit_of(row)


async def newest(reading: Reading, user_id: int) -> MemberHit | None:
    """The last one about somebody, in any guild."""
    query = select(hit).where(hit.c.user_id == user_id).order_by(hit.c.id.desc()).limit(1)
    row = (await reading.execute(query)).one_or_none()
    return None if row is None else hit_of(row)


async def count_since(reading: Reading, guild_id: int, since: datetime) -> int:
    """How many hits a guild had since then."""
    query = select(func.count()).where(hit.c.guild_id == guild_id, hit.c.created_at > since)
    return int((await reading.execute(query)).scalar_one())


async def void(tx: Transaction, user_id: int, report_ids: Collection[int], now: datetime) -> None:
    """Every hit with one of these reports in its set is to be taken back, wherever it was."""
    theirs = select(hit).where(hit.c.user_id == user_id, ~hit.c.is_void)
    found = [hit_of(row) for row in await tx.execute(theirs.with_for_update())]
    hits = [one.id for one in found if {*map(int, one.reports_key.split(","))} & {*report_ids}]
    await tx.execute(update(hit).where(hit.c.id.in_(hits)).values(is_void=True, void_at=now))


def acting(_now: datetime) -> Select[Any]:
    """Hits about which the guild has yet to act."""
    return select(hit.c.id).where(hit.c.state == HitState.ACTING.value).order_by(hit.c.id)


def to_take_back(_now: datetime) -> Select[Any]:
    """Hits whose reports an appeal has ended."""
    is_due = hit.c.is_void & (hit.c.state == HitState.DONE.value)
    return select(hit.c.id).where(is_due).order_by(hit.c.id)


async def still(reading: Reading, seen: MemberHit) -> MemberHit | None:
    """The hit as it is; None where it has moved on."""
    found = await by_id(reading, seen.id)
    return found if found is not None and found.state is seen.state else None


async def move(tx: Transaction, seen: MemberHit, to: HitState, **values: Any) -> bool:
    """Move it on from the state it was seen in; false where somebody was faster."""
    moved = update(hit).where(hit.c.id == seen.id, hit.c.state == seen.state.value)
    return bool((await tx.execute(moved.values(state=to.value, look_at=None, **values))).rowcount)


async def remove_old(tx: Transaction, before: datetime, most: int) -> list[int]:
    """Let go of some from before then: none of their reports counts any more."""
    old = select(hit.c.id).where(hit.c.created_at <= before).limit(most)
    gone = list((await tx.execute(old.with_for_update(skip_locked=True))).scalars())
    await tx.execute(delete(hit).where(hit.c.id.in_(gone)))
    return gone


def hit_of(row: Row[Any]) -> MemberHit:
    """A whole row as a hit."""
    return from_row(MemberHit, row, state=HitState(row.state))
