"""Statements: what somebody has, what moved, and how they stand among the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.csv_export import csv_rows
from bot.features.economy import currency_store, earner_store, hold_store, ledger_store
from bot.features.economy import statement_store as store
from bot.features.economy.model import AccountKind, Daily
from bot.features.economy.ports import EconomyPorts
from bot.features.economy.statement_store import Fortune, StatementLine
from bot.money import Currency
from bot.storage.row_pages import NamedRows, page_of

MOST_EXPORTED = 50_000  # lines
HEAD = (
    "time",
    "currency",
    "change",
    "before",
    "after",
    "operation",
    "source",
    "reason",
    "with",
    "by",
)


@dataclass(frozen=True, slots=True)
class Purse:
    """Purse of somebody: of each currency what can be spent, what is held; and their daily."""

    balances: Sequence[tuple[Currency, int, int]]
    daily: Daily


@dataclass(frozen=True, slots=True)
class StatementQuery:
    """Whose statement is looked at; of one currency, or of all in use and not."""

    user_id: int
    currency_id: int | None = None


@dataclass(frozen=True)
class StatementPage(NamedRows[StatementLine]):
    """Page of a statement, with the currencies it speaks of."""

    currencies: Mapping[int, Currency]


@dataclass(frozen=True)
class FortunesPage(NamedRows[Fortune]):
    """Page of those who hold a currency."""

    currency: Currency


@dataclass(frozen=True, slots=True)
class Books:
    """Books of a currency; what was made is as much as all that is somewhere."""

    currency: Currency
    in_wallets: int
    held: int
    of_house: int
    of_mint: int

    @property
    def made(self) -> int:
        """What the mint gave and did not get back."""
        return -self.of_mint

    @property
    def is_balanced(self) -> bool:
        return self.in_wallets + self.held + self.of_house == self.made


class Statements:
    """Reads of the ledger for people."""

    def __init__(self, ports: EconomyPorts) -> None:
        self._ports = ports

    async def purse(self, guild_id: int, user_id: int) -> Purse:
        """What somebody has of each currency in use."""
        await self._ports.treasury.require(guild_id)
        currencies = await self._ports.treasury.currencies(guild_id)
        async with self._ports.database.reading() as reading:
            free = await ledger_store.wallets(reading, guild_id, user_id)
            held = await hold_store.held_of(reading, guild_id, user_id)
            daily = await earner_store.seen(reading, (guild_id, user_id))
        balances = [(one, free.get(one.id, 0), held.get(one.id, 0)) for one in currencies]
        return Purse(balances, daily)

    async def page(self, guild_id: int, query: StatementQuery, number: int) -> StatementPage:
        """That page of what moved in somebody's wallets, the newest first."""
        wanted = store.lines_of(guild_id, query.user_id, query.currency_id)
        async with self._ports.database.reading() as reading:
            rows = await page_of(reading, wanted, number, store.line_of)
            ids = {one.currency_id for one in rows.rows}
            currencies = await currency_store.named(reading, ids)
        return StatementPage(rows, currencies)

    async def export(self, guild_id: int, query: StatementQuery) -> bytes:
        """The same as a file, oldest first; of a long one the newest lines."""
        async with self._ports.database.reading(long_for=guild_id) as reading:
            found = await store.lines(
                reading, guild_id, query.user_id, query.currency_id, most=MOST_EXPORTED
            )
            ids = {one.currency_id for one in found}
            currencies = await currency_store.named(reading, ids)
        rows = (_cells(one, currencies[one.currency_id]) for one in found)
        return csv_rows((HEAD, *rows))

    async def books(self, guild_id: int, currency_id: int | None) -> Books:
        """Where all of a currency is: nothing of it is anywhere else."""
        currency = await self._ports.treasury.currency(guild_id, currency_id)
        async with self._ports.database.reading() as reading:
            totals = await ledger_store.totals(reading, currency.id)
        return Books(currency, *(totals.get(kind, 0) for kind in AccountKind))

    async def richest(self, guild_id: int, currency_id: int | None, number: int) -> FortunesPage:
        """That page of who holds most."""
        await self._ports.treasury.require(guild_id)
        currency = await self._ports.treasury.currency(guild_id, currency_id)
        async with self._ports.database.reading() as reading:
            wanted = store.richest(guild_id, currency.id)
            rows = await page_of(reading, wanted, number, store.fortune_of)
        return FortunesPage(rows, currency)


def _cells(line: StatementLine, currency: Currency) -> Sequence[str]:
    amounts = (line.delta, line.before, line.balance)
    return (
        line.created_at.isoformat(timespec="seconds"),
        currency.name,
        *(_plain(one, currency.decimals) for one in amounts),
        line.operation,
        line.source,
        line.reason or "",
        "" if line.with_id is None else str(line.with_id),
        "" if line.actor_id is None else str(line.actor_id),
    )


def _plain(amount: int, decimals: int) -> str:
    """As any program reads it: a point, and nothing between the thousands."""
    whole, rest = divmod(abs(amount), 10**decimals)
    point = f".{rest:0{decimals}}" if decimals else ""
    return f"{'-' if amount < 0 else ''}{whole}{point}"
