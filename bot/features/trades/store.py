"""Store of trades: one row each, changed only in the version and the state it was seen in."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    Row,
    Select,
    Table,
    Text,
    delete,
    false,
    func,
    insert,
    or_,
    select,
    update,
)

from bot.errors import NotFound
from bot.features.trades.model import STANDING, Offer, Trade, TradeSide, TradeState
from bot.storage.database import Reading, Transaction
from bot.storage.row_pages import RowPage, page_of
from bot.storage.schema import RowId, UtcDateTime, from_row, metadata, partial_index
from bot.texts import _

LOOKED_AT = 500  # of somebody's newest, while they type
SIDES = ("creator", "counter")

TradePage = RowPage[Trade]
"""Some of somebody's trades, newest first."""


def _side_columns(side: str) -> list[Column[Any]]:
    return [
        Column(f"{side}_id", BigInteger, nullable=False),
        Column(f"{side}_currency_id", BigInteger),
        Column(f"{side}_amount", BigInteger),
        Column(f"{side}_good", Text),
        Column(f"{side}_confirmed", Boolean, nullable=False, server_default=false()),
        Column(f"{side}_hold_id", BigInteger),
    ]


table = Table(
    "trade",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    *_side_columns("creator"),
    *_side_columns("counter"),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("ended_by_id", BigInteger),
    Column("forget_at", UtcDateTime),
    Column("look_at", UtcDateTime),
    Index("trade_of_creator", "guild_id", "creator_id", "id"),
    Index("trade_of_counterparty", "guild_id", "counter_id", "id"),
    partial_index("trade_expires", "expires_at", where="state = 'open'"),
    partial_index("trade_agreed", "id", where="state = 'agreed'"),
    partial_index("trade_forgotten", "forget_at", where="forget_at IS NOT NULL"),
    sqlite_autoincrement=True,
)


async def add(tx: Transaction, sides: tuple[TradeSide, TradeSide], **values: Any) -> Trade:
    """A new one in its first version."""
    row = {"version": 1, "state": TradeState.OPEN.value, **_stored(sides), **values}
    return trade_of((await tx.execute(insert(table).values(row).returning(*table.c))).one())


async def by_id(reading: Reading, trade_id: int, *, locks: bool = False) -> Trade | None:
    """A trade of any guild; `locks` keeps other writers from it until the end of `tx`."""
    query = select(table).where(table.c.id == trade_id)
    row = (await reading.execute(query.with_for_update() if locks else query)).one_or_none()
    return None if row is None else trade_of(row)


async def known(reading: Reading, guild_id: int, trade_id: int, *, locks: bool = False) -> Trade:
    """The guild's trade; NotFound where it has none of that number, whoever else has."""
    found = await by_id(reading, trade_id, locks=locks)
    if found is None or found.guild_id != guild_id:
        raise NotFound(_("There is no trade {number} in this server.").format(number=trade_id))
    return found


async def change(tx: Transaction, seen: Trade, **values: Any) -> Trade:
    """Change one that is locked."""
    changed = update(table).where(table.c.id == seen.id).values(look_at=None, **values)
    return trade_of((await tx.execute(changed.returning(*table.c))).one())


async def change_sides(
    tx: Transaction, seen: Trade, sides: tuple[TradeSide, TradeSide], **values: Any
) -> Trade:
    """Change one that is locked, with what its sides give and have confirmed."""
    return await change(tx, seen, **_stored(sides), **values)


async def standing_of(tx: Transaction, guild_id: int, user_ids: Collection[int]) -> list[Trade]:
    """Open trades of these people, locked in the order of their ids."""
    theirs = table.c.creator_id.in_(user_ids) | table.c.counter_id.in_(user_ids)
    is_open = table.c.state == TradeState.OPEN.value
    query = select(table).where(table.c.guild_id == guild_id, theirs, is_open)
    rows = await tx.execute(query.order_by(table.c.id).with_for_update())
    return [trade_of(row) for row in rows]


async def standing(reading: Reading, guild_id: int, user_id: int) -> int:
    """How many trades that have not ended somebody has proposed."""
    fits = (
        (table.c.guild_id == guild_id)
        & (table.c.creator_id == user_id)
        & table.c.state.in_(STANDING)
    )
    count = select(func.count()).select_from(table).where(fits)
    return int((await reading.execute(count)).scalar_one())


async def page(
    reading: Reading, guild_id: int, user_id: int, number: int, *, is_whole: bool
) -> TradePage:
    """That page of somebody's trades that stand, or of all."""
    fits = _theirs(guild_id, user_id)
    if not is_whole:
        fits &= table.c.state.in_(STANDING)
    wanted = select(table).where(fits).order_by(table.c.id.desc())
    return await page_of(reading, wanted, number, trade_of)


async def suggested(reading: Reading, guild_id: int, user_id: int) -> list[Trade]:
    """Somebody's newest that stand."""
    fits = _theirs(guild_id, user_id) & table.c.state.in_(STANDING)
    query = select(table).where(fits).order_by(table.c.id.desc()).limit(LOOKED_AT)
    return [trade_of(row) for row in await reading.execute(query)]


def expired(now: datetime) -> Select[Any]:
    """Those whose time is over."""
    is_over = (table.c.state == TradeState.OPEN.value) & (table.c.expires_at <= now)
    return select(table.c.id).where(is_over).order_by(table.c.expires_at, table.c.id)


def agreed(_now: datetime) -> Select[Any]:
    """Those whose money is still to be moved."""
    return select(table.c.id).where(table.c.state == TradeState.AGREED.value).order_by(table.c.id)


async def forgotten(tx: Transaction, now: datetime, limit: int) -> list[int]:
    """Some whose time is over, kept from other processes meanwhile."""
    over = select(table.c.id).where(table.c.forget_at <= now)
    query = over.order_by(table.c.forget_at, table.c.id).limit(limit)
    return [
        int(one) for one in (await tx.execute(query.with_for_update(skip_locked=True))).scalars()
    ]


async def remove(tx: Transaction, trade_ids: Collection[int]) -> None:
    await tx.execute(delete(table).where(table.c.id.in_(trade_ids)))


def trade_of(row: Row[Any]) -> Trade:
    """A whole row as a trade."""
    creator, counterparty = (_side_of(row, side) for side in SIDES)
    state = TradeState(row.state)
    return from_row(Trade, row, creator=creator, counterparty=counterparty, state=state)


def _theirs(guild_id: int, user_id: int) -> Any:
    is_one = or_(table.c.creator_id == user_id, table.c.counter_id == user_id)
    return (table.c.guild_id == guild_id) & is_one


def _side_of(row: Row[Any], side: str) -> TradeSide:
    names = ("id", "currency_id", "amount", "good", "confirmed", "hold_id")
    user_id, currency_id, amount, good, *confirmed = (
        getattr(row, f"{side}_{one}") for one in names
    )
    return TradeSide(user_id, Offer(currency_id, amount, good), *confirmed)


def _stored(sides: tuple[TradeSide, TradeSide]) -> dict[str, Any]:
    stored = dict[str, Any]()
    for name, side in zip(SIDES, sides, strict=True):
        stored |= {
            f"{name}_id": side.user_id,
            f"{name}_currency_id": side.offer.currency_id,
            f"{name}_amount": side.offer.amount,
            f"{name}_good": side.offer.good,
            f"{name}_confirmed": side.is_confirmed,
            f"{name}_hold_id": side.hold_id,
        }
    return stored
