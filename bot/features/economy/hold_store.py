"""Store of holds: money that is neither somebody's to spend nor anybody else's yet."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from bot.features.economy.tables import hold
from bot.money import Purpose, Stake
from bot.storage.database import Reading, Transaction
from bot.storage.schema import from_row


class HoldState(StrEnum):
    """State of a hold; it ends once."""

    HELD = "held"
    RELEASED = "released"  # back to whose it was
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Hold:
    """Hold as it was placed."""

    id: int
    guild_id: int
    user_id: int
    currency_id: int
    amount: int
    purpose: Purpose
    reference: str


async def add(tx: Transaction, stakes: Sequence[Stake], created_at: datetime) -> list[int]:
    """New ones; their ids in the same order."""
    rows = [
        {
            "guild_id": one.guild_id,
            "user_id": one.user_id,
            "currency_id": one.currency_id,
            "amount": one.amount,
            "purpose": one.purpose,
            "reference": one.reference,
            "state": HoldState.HELD.value,
            "created_at": created_at,
        }
        for one in stakes
    ]
    added = insert(hold).returning(hold.c.id, sort_by_parameter_order=True)
    return [int(one) for one in (await tx.execute(added, rows)).scalars()]


async def standing(tx: Transaction, hold_ids: Collection[int]) -> list[Hold]:
    """Those that have not ended, locked, by their ids."""
    query = (
        select(hold)
        .where(hold.c.id.in_(hold_ids), hold.c.state == HoldState.HELD.value)
        .order_by(hold.c.id)
        .with_for_update()
    )
    return [_hold_of(row) for row in await tx.execute(query)]


async def end(tx: Transaction, holds: Sequence[Hold], state: HoldState, now: datetime) -> None:
    """End those that are locked."""
    ended = update(hold).where(hold.c.id.in_([one.id for one in holds]))
    await tx.execute(ended.values(state=state.value, ended_at=now))


async def held_of(reading: Reading, guild_id: int, user_id: int) -> dict[int, int]:
    """What is held of somebody's money, by currency."""
    query = (
        select(hold.c.currency_id, func.sum(hold.c.amount).label("total"))
        .where(
            hold.c.guild_id == guild_id,
            hold.c.user_id == user_id,
            hold.c.state == HoldState.HELD.value,
        )
        .group_by(hold.c.currency_id)
    )
    return {row.currency_id: int(row.total) for row in await reading.execute(query)}


async def count_in(reading: Reading, guild_id: int, currency_id: int) -> int:
    """How many of the guild's stand in a currency."""
    query = select(func.count()).where(
        hold.c.guild_id == guild_id,
        hold.c.currency_id == currency_id,
        hold.c.state == HoldState.HELD.value,
    )
    return int((await reading.execute(query)).scalar_one())


def _hold_of(row: Row[Any]) -> Hold:
    return from_row(Hold, row)
