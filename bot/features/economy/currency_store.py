"""Store of currencies: a guild has one that is its default, and some more where it wants."""

from typing import Any

from sqlalchemy import Row, insert, select, text, update

from bot.errors import NotFound
from bot.features.economy.tables import currency
from bot.money import Currency
from bot.storage.database import Reading, Transaction
from bot.storage.schema import from_row
from bot.texts import _
from bot.user_text import sought

FIRST = text(
    "INSERT INTO money_currency "
    "(guild_id, name, name_key, symbol, decimals, is_default, is_deleted) "
    "VALUES (:guild_id, :name, :name_key, :symbol, 0, true, false) ON CONFLICT DO NOTHING"
)


async def of_guild(reading: Reading, guild_id: int) -> list[Currency]:
    """Those in use, the default first, then by age."""
    query = (
        select(currency)
        .where(currency.c.guild_id == guild_id, currency.c.is_deleted.is_(False))
        .order_by(currency.c.is_default.desc(), currency.c.id)
    )
    return [_currency_of(row) for row in await reading.execute(query)]


async def begin(tx: Transaction, guild_id: int, name: str, symbol: str) -> None:
    """Give a guild its first currency, unless it has one by now."""
    row = {"guild_id": guild_id, "name": name, "name_key": sought(name), "symbol": symbol}
    await tx.execute(FIRST, row)


async def standing(
    reading: Reading, guild_id: int, currency_id: int, *, locks: bool = False
) -> Currency:
    """The guild's currency; NotFound where there is none, or it was deleted.

    `locks` keeps it from being deleted until the end of the transaction, and nobody else from it.
    """
    query = select(currency).where(
        currency.c.guild_id == guild_id,
        currency.c.id == currency_id,
        currency.c.is_deleted.is_(False),
    )
    if locks:
        query = query.with_for_update(read=True, key_share=True)
    row = (await reading.execute(query)).one_or_none()
    if row is None:
        raise NotFound(_("There is no such currency in this server."))
    return _currency_of(row)


async def locked(tx: Transaction, guild_id: int) -> list[Currency]:
    """All of the guild's in use, kept from other writers."""
    is_theirs = currency.c.guild_id == guild_id
    await tx.execute(
        select(currency.c.id).where(is_theirs).order_by(currency.c.id).with_for_update()
    )
    # Anew: what somebody made before they let go of the lock was not there when it was asked for.
    return await of_guild(tx, guild_id)


async def add(tx: Transaction, guild_id: int, *, name: str, symbol: str, decimals: int) -> Currency:
    added = insert(currency).values(
        guild_id=guild_id,
        name=name,
        name_key=sought(name),
        symbol=symbol,
        decimals=decimals,
        is_default=False,
        is_deleted=False,
    )
    return _currency_of((await tx.execute(added.returning(*currency.c))).one())


async def change(tx: Transaction, currency_id: int, **values: Any) -> Currency:
    """Change one that is locked."""
    if "name" in values:
        values["name_key"] = sought(values["name"])
    changed = update(currency).where(currency.c.id == currency_id).values(values)
    return _currency_of((await tx.execute(changed.returning(*currency.c))).one())


async def named(reading: Reading, ids: set[int]) -> dict[int, Currency]:
    """Currencies by id, deleted ones too."""
    rows = await reading.execute(select(currency).where(currency.c.id.in_(ids)))
    return {row.id: _currency_of(row) for row in rows}


def _currency_of(row: Row[Any]) -> Currency:
    return from_row(Currency, row)
