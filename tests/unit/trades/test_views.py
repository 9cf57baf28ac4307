"""Views of trades with the longest that they can hold: Discord takes all of them."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pytest

from bot.client import layout, limits
from bot.controls import Post
from bot.features.trades.messages import card
from bot.features.trades.model import GOOD_LIMIT, Offer, Trade, TradeSide, TradeState
from bot.money import Currency
from bot.storage.row_pages import PAGE, RowPage
from cogs.trades import views

NOW = datetime(2026, 5, 24, tzinfo=UTC)
LONGEST = 999_999_999_999_999_999  # of a group of an id
CURRENCY = Currency(LONGEST, LONGEST, "W" * 32, "*" * 16, 2, is_default=True)
KNOWN = {CURRENCY.id: CURRENCY}
GOOD = TradeSide(LONGEST, Offer(good="*" * GOOD_LIMIT), True, None)
MONEY = TradeSide(LONGEST - 1, Offer(CURRENCY.id, CURRENCY.most), True, 1)


def trade(state: TradeState, *sides: TradeSide) -> Trade:
    creator, counterparty = sides
    return Trade(
        *(LONGEST, LONGEST, LONGEST, creator, counterparty),
        version=2_147_483_647,
        state=state,
        created_at=NOW,
        expires_at=NOW,
        ended_at=NOW,
        ended_by_id=LONGEST,
    )


def listed() -> Post:
    page = RowPage((trade(TradeState.LEFT, GOOD, GOOD),) * PAGE, LONGEST, LONGEST, LONGEST)
    return views.listed(page, KNOWN, is_whole=True)


DRAWN: dict[str, Callable[[], Post]] = {
    **{f"{one} of goods": partial(card, trade(one, GOOD, GOOD), KNOWN) for one in TradeState},
    "open of money": partial(card, trade(TradeState.OPEN, MONEY, MONEY), KNOWN),
    "of money that is gone": partial(card, trade(TradeState.EXPIRED, MONEY, GOOD), {}),
    "list": listed,
}


@pytest.mark.parametrize("name", DRAWN)
def test_the_longest_values_fit(name: str) -> None:
    view = layout.sent(DRAWN[name]())["view"]
    assert view.content_length() <= limits.TEXTS
    assert view.total_children_count <= limits.COMPONENTS


def test_a_suggestion_is_plain_text() -> None:
    named = views.named(trade(TradeState.OPEN, GOOD, MONEY), KNOWN)
    assert "*" * GOOD_LIMIT in named
    assert "\\" not in named
    gone = views.named(trade(TradeState.OPEN, MONEY, MONEY), {})
    assert "of a currency that is gone" in gone
