"""Drawings of the economy with the longest values that can be stored."""

from collections.abc import Callable
from dataclasses import replace

from bot.client.interactions import Said
from bot.features.economy.adjustments import Adjustment
from bot.features.economy.currencies import MOST_CURRENCIES, NAME_LIMIT
from bot.features.economy.dailies import TakenDaily
from bot.features.economy.model import Daily
from bot.features.economy.statement_store import Fortune, StatementLine
from bot.features.economy.statements import (
    Books,
    FortunesPage,
    Purse,
    StatementPage,
    StatementQuery,
)
from bot.features.economy.transfers import REASON_LIMIT, Transfer
from bot.money import Currency
from bot.storage.row_pages import PAGE, RowPage
from cogs.economy import currency_views, views
from tests.unit.client.longest import AT, ID, MARK

LONGEST = 2**31 - 1
SYMBOL = f"<a:{'x' * 32}:{'9' * 20}>"
CURRENCY = Currency(10**18 - 1, ID, MARK * NAME_LIMIT, SYMBOL, 2, is_default=True)
MOST = 10**15
LINE = StatementLine(
    id=LONGEST,
    currency_id=CURRENCY.id,
    delta=-MOST,
    balance=MOST,
    operation="incoming",
    source="message_earn",
    reason=MARK * REASON_LIMIT,
    actor_id=ID,
    created_at=AT,
    with_id=ID,
)
QUERY = StatementQuery(ID, CURRENCY.id)
STATEMENT = StatementPage(
    RowPage((LINE, replace(LINE, operation="admin")) * (PAGE // 2), LONGEST, LONGEST, LONGEST),
    {CURRENCY.id: CURRENCY},
)
BOOKS = Books(CURRENCY, MOST, MOST, MOST, -MOST)
TRANSFER = Transfer(CURRENCY, MOST, MOST // 2, MOST)
TAKEN = TakenDaily(CURRENCY, MOST, MOST, MOST, Daily(AT, LONGEST))

DRAWN: dict[str, Callable[[], Said]] = {
    "wallet": lambda: views.wallet(
        Purse([(CURRENCY, MOST, MOST)] * MOST_CURRENCIES, TAKEN.daily), ID, is_own=True
    ),
    "paid": lambda: views.paid(TRANSFER, ID),
    "payment": lambda: views.payment(TRANSFER, ID, ID, MARK * REASON_LIMIT),
    "daily": lambda: views.taken(TAKEN),
    "full wallet": lambda: views.taken(replace(TAKEN, amount=0)),
    "adjusted": lambda: views.adjusted(Adjustment(CURRENCY, -MOST, MOST), ID),
    "ledger": lambda: views.statement(STATEMENT, QUERY),
    "richest": lambda: views.richest(
        FortunesPage(
            RowPage((Fortune(LONGEST, ID, MOST),) * PAGE, LONGEST, LONGEST, LONGEST), CURRENCY
        )
    ),
    "books": lambda: views.books(BOOKS),
    "currencies": lambda: currency_views.listed([CURRENCY] * MOST_CURRENCIES),
    "currency deletion": lambda: currency_views.deletion(BOOKS),
}
