"""Store of the ledger: accounts, locked in one order, and the entries posted to them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, insert, select, text, update

from bot.errors import NotFound
from bot.features.economy.model import AccountKey, AccountKind, EntryDraft
from bot.features.economy.tables import account, currency, entry, posting
from bot.money import Currency
from bot.storage.database import Reading, Transaction
from bot.storage.key_rows import key_rows, packed
from bot.texts import _

OPEN = text(
    "INSERT INTO money_account (guild_id, kind, currency_id, owner_id, balance, carried) "
    "SELECT guild_id, CAST(:kind AS SMALLINT), id, CAST(:owner_id AS BIGINT), 0, 0 "
    "FROM money_currency WHERE id = :currency_id AND guild_id = :guild_id "
    "ON CONFLICT (kind, currency_id, owner_id) DO NOTHING"
)
_CURRENCY = [field.name for field in fields(Currency)]
_ORDER = (account.c.kind, account.c.currency_id, account.c.owner_id)
_wanted = key_rows("wanted", *(column.name for column in _ORDER))
_IS_WANTED = and_(*(column == _wanted.c[column.name] for column in _ORDER))


@dataclass(slots=True)
class LockedAccount:
    """LockedAccount that this transaction has locked; `balance` as it is to be written."""

    id: int
    key: AccountKey
    balance: int
    currency: Currency


async def locked(
    tx: Transaction, guild_id: int, keys: Collection[AccountKey]
) -> dict[AccountKey, LockedAccount]:
    """The guild's accounts of these keys, opened where there are none yet.

    Every transaction locks in the order of the keys, so that no two wait for each other. New ones
    are made first: whoever waits for somebody else's new one holds nothing but new ones.
    """
    wanted = sorted(keys)
    await _open(tx, guild_id, wanted)
    query = (
        select(account, currency)
        .join(_wanted, _IS_WANTED)
        .join(currency, account.c.currency_id == currency.c.id)
        .where(currency.c.guild_id == guild_id)
        .order_by(*_ORDER)
        .with_for_update(of=account)
    )
    found = dict[AccountKey, LockedAccount]()
    for row in (await tx.execute(query, {"wanted": packed(wanted)})).mappings():
        kind = AccountKind(row[account.c.kind])
        key = AccountKey(kind, row[account.c.currency_id], row[account.c.owner_id])
        of = {name: row[currency.c[name]] for name in _CURRENCY}
        found[key] = LockedAccount(row[account.c.id], key, row[account.c.balance], Currency(**of))
    if len(found) < len(wanted):
        raise NotFound(_("There is no such currency in this server."))
    return found


async def _open(tx: Transaction, guild_id: int, wanted: Sequence[AccountKey]) -> None:
    query = select(*_ORDER).join(_wanted, _IS_WANTED)
    found = {tuple(row) for row in await tx.execute(query, {"wanted": packed(wanted)})}
    missing = [
        {
            "guild_id": guild_id,
            "kind": int(key.kind),
            "currency_id": key.currency_id,
            "owner_id": key.owner_id,
        }
        for key in wanted
        if key not in found
    ]
    if missing:
        await tx.execute(OPEN, missing)


async def add_entries(
    tx: Transaction, drafts: Sequence[EntryDraft], created_at: datetime
) -> list[int]:
    """New entries without their postings; their ids in the same order."""
    rows = [
        {
            "guild_id": draft.guild_id,
            "source": draft.source,
            "reason": draft.reason,
            "actor_id": draft.actor_id,
            "created_at": created_at,
        }
        for draft in drafts
    ]
    added = insert(entry).returning(entry.c.id, sort_by_parameter_order=True)
    return [int(one) for one in (await tx.execute(added, rows)).scalars()]


async def add_postings(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    await tx.execute(insert(posting), rows)


async def write_balances(tx: Transaction, accounts: Collection[LockedAccount]) -> None:
    """What locked accounts hold now."""
    changed = update(account).where(account.c.id == bindparam("account"))
    rows = [{"account": one.id, "now": one.balance} for one in accounts]
    await tx.execute(changed.values(balance=bindparam("now")), rows)


async def balance(reading: Reading, guild_id: int, key: AccountKey) -> int:
    """What the guild's account holds; 0 where there is none."""
    query = select(account.c.balance).where(
        account.c.guild_id == guild_id,
        account.c.kind == key.kind,
        account.c.currency_id == key.currency_id,
        account.c.owner_id == key.owner_id,
    )
    return int((await reading.execute(query)).scalar_one_or_none() or 0)


async def wallets(reading: Reading, guild_id: int, user_id: int) -> dict[int, int]:
    """What somebody can spend, by currency."""
    query = select(account.c.currency_id, account.c.balance).where(
        account.c.guild_id == guild_id,
        account.c.owner_id == user_id,
        account.c.kind == AccountKind.WALLET,
    )
    return {row.currency_id: row.balance for row in await reading.execute(query)}


async def totals(reading: Reading, currency_id: int) -> dict[AccountKind, int]:
    """What all accounts of a kind hold together; over all kinds it is zero."""
    query = (
        select(account.c.kind, func.sum(account.c.balance).label("total"))
        .where(account.c.currency_id == currency_id)
        .group_by(account.c.kind)
    )
    return {AccountKind(row.kind): int(row.total) for row in await reading.execute(query)}
