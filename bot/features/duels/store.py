"""Store of duels: one row each, changed only from the state and the round that were seen."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, delete, func, insert, or_, select, update

from bot.errors import NotFound
from bot.features.duels.game import Bout, DuelMove, dice_of
from bot.features.duels.model import COUNTED, STANDING, Duel, DuelSide, DuelState
from bot.features.duels.tables import duel as table
from bot.storage.database import Reading, Transaction
from bot.storage.row_pages import RowPage, page_of
from bot.storage.schema import from_row, one_of
from bot.texts import _

LOOKED_AT = 500  # of somebody's newest, while they type
SIDES = ("challenger", "opponent")

DuelPage = RowPage[Duel]
"""Some of somebody's duels, newest first."""


async def add(tx: Transaction, **values: Any) -> Duel:
    """A new challenge."""
    row = {"state": DuelState.CHALLENGED.value, "bout": "", **values}
    return duel_of((await tx.execute(insert(table).values(row).returning(*table.c))).one())


async def by_id(reading: Reading, duel_id: int, *, locks: bool = False) -> Duel | None:
    """A duel of any guild; `locks` keeps other writers from it until the end of `tx`."""
    query = select(table).where(table.c.id == duel_id)
    row = (await reading.execute(query.with_for_update() if locks else query)).one_or_none()
    return None if row is None else duel_of(row)


async def known(reading: Reading, guild_id: int, duel_id: int, *, locks: bool = False) -> Duel:
    """The guild's duel; NotFound where it has none of that number, whoever else has."""
    found = await by_id(reading, duel_id, locks=locks)
    if found is None or found.guild_id != guild_id:
        raise NotFound(_("There is no duel {number} in this server.").format(number=duel_id))
    return found


async def change(tx: Transaction, seen: Duel, **values: Any) -> Duel:
    """Change one that stands as it was seen, and whose round is still the same."""
    changed = (
        update(table)
        .where(
            table.c.id == seen.id,
            table.c.state == seen.state.value,
            table.c.bout == seen.bout.code,
        )
        .values(look_at=None, **values)
    )
    return duel_of((await tx.execute(changed.returning(*table.c))).one())


async def standing_of(tx: Transaction, guild_id: int, user_ids: Collection[int]) -> list[Duel]:
    """Duels of these people that have not ended, locked in the order of their ids."""
    theirs = table.c.challenger_id.in_(user_ids) | table.c.opponent_id.in_(user_ids)
    stands = one_of(table.c.state, STANDING)
    query = select(table).where(table.c.guild_id == guild_id, theirs, stands)
    rows = await tx.execute(query.order_by(table.c.id).with_for_update())
    return [duel_of(row) for row in rows]


async def open_count(reading: Reading, guild_id: int, user_id: int) -> int:
    """How many that have not ended somebody has challenged for, or has accepted."""
    is_own = (table.c.challenger_id == user_id) & one_of(table.c.state, STANDING)
    is_played = (table.c.opponent_id == user_id) & (table.c.state == DuelState.PLAYING.value)
    query = select(func.count()).where(table.c.guild_id == guild_id, or_(is_own, is_played))
    return int((await reading.execute(query)).scalar_one())


async def rated_count(
    reading: Reading, guild_id: int, people: tuple[int, int], since: datetime
) -> int:
    """How many rated ones of two people began since then, whoever challenged whom."""
    one, other = people
    is_theirs = or_(
        and_(table.c.challenger_id == one, table.c.opponent_id == other),
        and_(table.c.challenger_id == other, table.c.opponent_id == one),
    )
    query = select(func.count()).where(
        table.c.guild_id == guild_id,
        is_theirs,
        table.c.is_rated,
        table.c.state.in_(COUNTED),
        table.c.created_at > since,
    )
    return int((await reading.execute(query)).scalar_one())


async def page(
    reading: Reading, guild_id: int, user_id: int, number: int, *, is_over: bool
) -> DuelPage:
    """That page of somebody's duels that are over, or of all."""
    fits = _theirs(guild_id, user_id)
    if is_over:
        fits &= table.c.state.not_in(STANDING)
    wanted = select(table).where(fits).order_by(table.c.id.desc())
    return await page_of(reading, wanted, number, duel_of)


async def suggested(
    reading: Reading, guild_id: int, user_id: int, states: Collection[DuelState]
) -> list[Duel]:
    """Somebody's newest in these states."""
    fits = _theirs(guild_id, user_id) & table.c.state.in_(states)
    query = select(table).where(fits).order_by(table.c.id.desc()).limit(LOOKED_AT)
    return [duel_of(row) for row in await reading.execute(query)]


def due(now: datetime) -> Select[Any]:
    """Those whose time is over."""
    is_over = one_of(table.c.state, STANDING) & (table.c.expires_at <= now)
    return select(table.c.id).where(is_over).order_by(table.c.expires_at, table.c.id)


async def postpone(tx: Transaction, until: datetime) -> None:
    """Nobody's time to move is over before that moment."""
    is_sooner = one_of(table.c.state, STANDING) & (table.c.expires_at < until)
    is_played = table.c.state == DuelState.PLAYING.value
    await tx.execute(update(table).where(is_sooner & is_played).values(expires_at=until))


async def forgotten(tx: Transaction, now: datetime, limit: int) -> list[int]:
    """Some whose time is over, kept from other processes meanwhile."""
    query = select(table.c.id).where(table.c.forget_at <= now).order_by(table.c.id).limit(limit)
    rows = await tx.execute(query.with_for_update(skip_locked=True))
    return [int(one) for one in rows.scalars()]


async def remove(tx: Transaction, duel_ids: Collection[int]) -> None:
    await tx.execute(delete(table).where(table.c.id.in_(duel_ids)))


def duel_of(row: Row[Any]) -> Duel:
    """A whole row as a duel."""
    challenger, opponent = (_side_of(row, side) for side in SIDES)
    return from_row(
        Duel,
        row,
        challenger=challenger,
        opponent=opponent,
        turn=timedelta(seconds=row.turn),
        state=DuelState(row.state),
        bout=Bout.of(row.bout),
        dice=None if row.dice is None else dice_of(row.dice),
        sealed_seed=None if row.sealed_seed is None else bytes(row.sealed_seed),
    )


def _side_of(row: Row[Any], side: str) -> DuelSide:
    user_id, code, hold_id = (getattr(row, f"{side}_{one}") for one in ("id", "move", "hold_id"))
    return DuelSide(user_id, None if code is None else DuelMove.of(code), hold_id)


def _theirs(guild_id: int, user_id: int) -> Any:
    is_one = or_(table.c.challenger_id == user_id, table.c.opponent_id == user_id)
    return (table.c.guild_id == guild_id) & is_one
