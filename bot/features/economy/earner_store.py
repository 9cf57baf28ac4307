"""Store of earners: until when somebody earns nothing more, and their days in a row."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Column, Select, exists, select, text, update

from bot.features.economy.model import Daily
from bot.features.economy.tables import earner, hold
from bot.storage.database import Reading, Transaction

By = Literal["message", "voice"]
"""What is earned by."""

EarnerKey = tuple[int, int]
"""A guild and somebody in it."""

_COLUMNS: Mapping[By, Column[datetime]] = {
    "message": earner.c.message_at,
    "voice": earner.c.voice_at,
}
FIRST = text(
    "INSERT INTO money_earner (guild_id, user_id, streak) VALUES (:guild_id, :user_id, 0) "
    "ON CONFLICT DO NOTHING"
)


async def turns(
    tx: Transaction, guild_id: int, user_ids: Collection[int]
) -> dict[tuple[int, By], datetime | None]:
    """When these people's next turns come, kept from other writers until the end of `tx`.

    All at once and in the order of their ids, so that nobody waits for ever.
    """
    people = sorted(user_ids)
    await tx.execute(FIRST, [{"guild_id": guild_id, "user_id": one} for one in people])
    query = (
        select(earner)
        .where(earner.c.guild_id == guild_id, earner.c.user_id.in_(people))
        .order_by(earner.c.user_id)
        .with_for_update()
    )
    found = dict[tuple[int, By], datetime | None]()
    for row in await tx.execute(query):
        found[row.user_id, "message"] = row.message_at
        found[row.user_id, "voice"] = row.voice_at
    return found


async def take_turns(
    tx: Transaction, guild_id: int, user_ids: Collection[int], by: By, *, next_at: datetime
) -> None:
    """Their turns, which are locked, are taken: the next ones come then."""
    is_theirs = (earner.c.guild_id == guild_id) & earner.c.user_id.in_(user_ids)
    await tx.execute(update(earner).where(is_theirs).values({_COLUMNS[by]: next_at}))


async def daily(tx: Transaction, person: EarnerKey) -> Daily:
    """Somebody's daily, kept from other writers until the end of `tx`."""
    guild_id, user_id = person
    # A row that is not there cannot be locked.
    await tx.execute(FIRST, {"guild_id": guild_id, "user_id": user_id})
    query = select(earner).where(earner.c.guild_id == guild_id, earner.c.user_id == user_id)
    row = (await tx.execute(query.with_for_update())).one()
    return Daily(row.daily_at, row.streak)


async def save_daily(tx: Transaction, person: EarnerKey, taken: Daily) -> None:
    """Write a daily that is locked."""
    guild_id, user_id = person
    is_theirs = (earner.c.guild_id == guild_id) & (earner.c.user_id == user_id)
    values = {"daily_at": taken.next_at, "streak": taken.streak}
    await tx.execute(update(earner).where(is_theirs).values(values))


async def seen(reading: Reading, person: EarnerKey) -> Daily:
    """Somebody's daily as it is."""
    guild_id, user_id = person
    query = select(earner).where(earner.c.guild_id == guild_id, earner.c.user_id == user_id)
    row = (await reading.execute(query)).one_or_none()
    return Daily(None, 0) if row is None else Daily(row.daily_at, row.streak)


async def forget(tx: Transaction, person: EarnerKey) -> None:
    """Their days in a row are forgotten; when the next daily may be taken is not."""
    guild_id, user_id = person
    is_theirs = (earner.c.guild_id == guild_id) & (earner.c.user_id == user_id)
    await tx.execute(update(earner).where(is_theirs).values(streak=0, gone_at=None))


async def note_gone(
    tx: Transaction, guild_id: int, user_ids: Collection[int], now: datetime
) -> None:
    """Their wallets are to be emptied; so also of whoever never earned anything."""
    people = sorted(user_ids)
    await tx.execute(FIRST, [{"guild_id": guild_id, "user_id": one} for one in people])
    are_theirs = (earner.c.guild_id == guild_id) & earner.c.user_id.in_(people)
    await tx.execute(update(earner).where(are_theirs).values(gone_at=now, look_at=None))


def gone(now: datetime) -> Select[Any]:
    """Ids of those whose wallets are to be emptied, once nothing is held of theirs any more."""
    of_theirs = (hold.c.guild_id == earner.c.guild_id) & (hold.c.user_id == earner.c.user_id)
    is_held = exists().where(of_theirs, hold.c.state == "held")
    is_due = (earner.c.gone_at <= now) & ~is_held
    return select(earner.c.id).where(is_due).order_by(earner.c.gone_at)
