"""Store of the casino: players are locked before they play, and rounds end once."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select, text, update

from bot.features.casino.model import CasinoPlayer, CasinoRound, RoundState
from bot.features.casino.tables import casino_player, casino_round
from bot.storage.database import Reading, Transaction
from bot.storage.row_pages import RowPage, page_of
from bot.storage.schema import from_row

table = casino_round

ENTER = text(
    "INSERT INTO casino_player (guild_id, user_id, number, seed, own_seed) "
    "VALUES (:guild_id, :user_id, 1, :seed, :own_seed) "
    "ON CONFLICT (guild_id, user_id) DO NOTHING"
)


async def player_of(
    reading: Reading, guild_id: int, user_id: int, *, locks: bool = False
) -> CasinoPlayer | None:
    """Somebody who has played, or has seen a table. `locks` keeps their other presses waiting."""
    query = select(casino_player).where(
        casino_player.c.guild_id == guild_id, casino_player.c.user_id == user_id
    )
    row = (await reading.execute(query.with_for_update() if locks else query)).one_or_none()
    return None if row is None else from_row(CasinoPlayer, row)


async def enter(
    tx: Transaction, guild_id: int, user_id: int, *, seed: bytes, own_seed: str
) -> None:
    """They are a player from now on, if they were none."""
    values = {"guild_id": guild_id, "user_id": user_id, "seed": seed, "own_seed": own_seed}
    await tx.execute(ENTER, values)


async def change_player(tx: Transaction, player: CasinoPlayer, **values: Any) -> bool:
    """Write it, unless they have begun another round since; whether it was written."""
    changed = await tx.execute(
        update(casino_player)
        .where(casino_player.c.id == player.id, casino_player.c.number == player.number)
        .values(values)
    )
    return changed.rowcount == 1


async def add_round(tx: Transaction, **values: Any) -> CasinoRound:
    return round_of((await tx.execute(insert(table).values(values).returning(*table.c))).one())


async def change_round(tx: Transaction, seen: CasinoRound, **values: Any) -> CasinoRound | None:
    """The open round with these changes; None where it has changed or ended since it was seen."""
    changed = await tx.execute(
        update(table)
        .where(
            table.c.id == seen.id,
            table.c.state == RoundState.OPEN.value,
            table.c.moves == seen.moves,
        )
        .values(look_at=None, **values)
        .returning(*table.c)
    )
    row = changed.one_or_none()
    return None if row is None else round_of(row)


async def numbered(
    reading: Reading, guild_id: int, user_id: int, number: int
) -> CasinoRound | None:
    """Somebody's round of that number."""
    return await _one(reading, (*_theirs(guild_id, user_id), table.c.number == number))


async def open_round(reading: Reading, guild_id: int, user_id: int) -> CasinoRound | None:
    """The round that somebody is in the middle of."""
    is_open = table.c.state == RoundState.OPEN.value
    return await _one(reading, (*_theirs(guild_id, user_id), is_open))


async def by_id(reading: Reading, round_id: int) -> CasinoRound | None:
    return await _one(reading, (table.c.id == round_id,))


async def last(reading: Reading, guild_id: int, user_id: int) -> CasinoRound | None:
    """Somebody's newest round that is over."""
    wanted = _over(guild_id, user_id).limit(1)
    row = (await reading.execute(wanted)).one_or_none()
    return None if row is None else round_of(row)


async def lost(
    reading: Reading, guild_id: int, user_id: int, *, currency_id: int, since: datetime
) -> int:
    """What somebody lost of a currency since then, below zero where they won.

    What is staked in an open round counts as lost.
    """
    gone = table.c.staked - func.coalesce(table.c.payout, 0)
    query = select(func.sum(gone)).where(
        *_theirs(guild_id, user_id),
        table.c.currency_id == currency_id,
        table.c.started_at > since,
        table.c.state != RoundState.REFUNDED.value,
    )
    return int((await reading.execute(query)).scalar_one() or 0)


async def page(reading: Reading, guild_id: int, user_id: int, number: int) -> RowPage[CasinoRound]:
    """Somebody's rounds that are over, the newest first."""
    return await page_of(reading, _over(guild_id, user_id), number, round_of)


def due(now: datetime) -> Select[Any]:
    """Ids of open rounds whose time is over, the oldest first."""
    is_due = (table.c.state == RoundState.OPEN.value) & (table.c.due_at <= now)
    return select(table.c.id).where(is_due).order_by(table.c.due_at)


async def end_turns(
    tx: Transaction, guild_id: int, user_ids: Collection[int], now: datetime
) -> bool:
    """The open rounds of these people are due now; whether there are any."""
    theirs = (table.c.guild_id == guild_id) & table.c.user_id.in_(user_ids)
    is_open = table.c.state == RoundState.OPEN.value
    ended = update(table).where(theirs, is_open).values(due_at=now)
    return (await tx.execute(ended)).rowcount > 0


async def postpone(tx: Transaction, due_at: datetime) -> None:
    """Nobody's open round is due before that moment."""
    is_sooner = (table.c.state == RoundState.OPEN.value) & (table.c.due_at < due_at)
    await tx.execute(update(table).where(is_sooner).values(due_at=due_at))


async def forget(tx: Transaction, before: datetime, most: int) -> int:
    """Rounds that ended before that moment go, so many of them; how many went."""
    old = select(table.c.id).where(
        table.c.state != RoundState.OPEN.value, table.c.ended_at < before
    )
    some = old.order_by(table.c.ended_at).limit(most).with_for_update(skip_locked=True).cte("old")
    forgotten = delete(table).where(table.c.id.in_(select(some.c.id))).returning(table.c.id)
    return len((await tx.execute(forgotten)).all())


def round_of(row: Row[Any]) -> CasinoRound:
    return from_row(CasinoRound, row, state=RoundState(row.state), seed=bytes(row.seed))


def _theirs(guild_id: int, user_id: int) -> tuple[Any, ...]:
    return table.c.guild_id == guild_id, table.c.user_id == user_id


def _over(guild_id: int, user_id: int) -> Select[Any]:
    is_over = table.c.state != RoundState.OPEN.value
    wanted = select(table).where(*_theirs(guild_id, user_id), is_over)
    return wanted.order_by(table.c.number.desc())


async def _one(reading: Reading, fits: tuple[Any, ...]) -> CasinoRound | None:
    row = (await reading.execute(select(table).where(*fits))).one_or_none()
    return None if row is None else round_of(row)
