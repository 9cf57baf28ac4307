"""Store of statements: what moved in somebody's wallets, and who holds most."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select

from bot.catalogue.economy import BalanceSource, Operation
from bot.features.economy.model import AccountKind
from bot.features.economy.tables import account, entry, posting
from bot.storage.database import Reading
from bot.storage.schema import from_row

_LINE: Sequence[ColumnElement[Any]] = (
    posting.c.id,
    account.c.currency_id,
    posting.c.delta,
    posting.c.balance,
    posting.c.operation,
    entry.c.source,
    entry.c.reason,
    entry.c.actor_id,
    entry.c.created_at,
)


@dataclass(frozen=True, slots=True)
class StatementLine:
    """Posting to a wallet, with the balance after it."""

    id: int
    currency_id: int
    delta: int
    balance: int
    operation: Operation
    source: BalanceSource
    reason: str | None
    actor_id: int | None
    created_at: datetime

    @property
    def before(self) -> int:
        return self.balance - self.delta


@dataclass(frozen=True, slots=True)
class Fortune:
    """Fortune of somebody, and its place; who hold the same share one."""

    place: int
    user_id: int
    balance: int


def lines_of(guild_id: int, user_id: int, currency_id: int | None) -> Select[Any]:
    """What moved in somebody's wallets, the newest first."""
    fits = (
        (account.c.guild_id == guild_id)
        & (account.c.owner_id == user_id)
        & (account.c.kind == AccountKind.WALLET)
    )
    if currency_id is not None:
        fits &= account.c.currency_id == currency_id
    return (
        select(*_LINE)
        .join(account, posting.c.account_id == account.c.id)
        .join(entry, posting.c.entry_id == entry.c.id)
        .where(fits)
        .order_by(posting.c.id.desc())
    )


async def lines(
    reading: Reading, guild_id: int, user_id: int, currency_id: int | None, *, most: int
) -> list[StatementLine]:
    """The newest of them, oldest first."""
    found = await reading.execute(lines_of(guild_id, user_id, currency_id).limit(most))
    return [line_of(row) for row in found][::-1]


def richest(guild_id: int, currency_id: int) -> Select[Any]:
    """Who holds something, most first."""
    columns: list[ColumnElement[Any]] = [
        func.rank().over(order_by=account.c.balance.desc()).label("place"),
        account.c.owner_id.label("user_id"),
        account.c.balance,
    ]
    return (
        select(*columns)
        .where(
            account.c.guild_id == guild_id,
            account.c.currency_id == currency_id,
            account.c.kind == AccountKind.WALLET,
            account.c.balance > 0,
        )
        .order_by(account.c.balance.desc(), account.c.owner_id)
    )


def line_of(row: Row[Any]) -> StatementLine:
    return from_row(StatementLine, row)


def fortune_of(row: Row[Any]) -> Fortune:
    return from_row(Fortune, row)
