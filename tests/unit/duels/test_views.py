"""Views of duels with the longest that they can hold: Discord takes all of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bot.client import layout, limits
from bot.controls import Post
from bot.features.duels.game import Bout, DuelMove
from bot.features.duels.messages import ENDS, bout, card
from bot.features.duels.model import Duel, Duelist, DuelSide, DuelState
from bot.features.duels.service import RankedDuelist
from bot.money import Currency
from bot.numbers import shown_number
from bot.storage.row_pages import PAGE, RowPage
from cogs.duels import views

NOW = datetime(2026, 5, 24, tzinfo=UTC)
LONGEST = 999_999_999_999_999_999  # of a group of an id
CURRENCY = Currency(LONGEST, LONGEST, "W" * 32, "*" * 16, 2, is_default=True)
KNOWN = {CURRENCY.id: CURRENCY}
FOCUSED = DuelMove.of("s+")
ROUNDS = "66s+s+66f+f+66s-s-66f-f-"
MANY = 2_147_483_647
DUELIST = Duelist(LONGEST, LONGEST, LONGEST, 99_999, MANY, MANY, MANY, MANY, NOW)


def duel(state: DuelState, *, hold_id: int | None = LONGEST, rounds: str = ROUNDS) -> Duel:
    return Duel(
        *(LONGEST, LONGEST, LONGEST),
        challenger=DuelSide(LONGEST, FOCUSED, hold_id),
        opponent=DuelSide(LONGEST - 1, None, hold_id),
        currency_id=CURRENCY.id,
        decimals=2,
        stake=CURRENCY.most,
        is_rated=False,
        gives_back=99,
        turn=timedelta(hours=1),
        state=state,
        bout=Bout.of(rounds),
        dice=(6, 6),
        sealed_seed=None,
        seed_hash="f" * 64,
        seed="f" * 64,
        created_at=NOW,
        expires_at=NOW,
        ended_at=NOW,
        ended_by_id=LONGEST,
        winner_id=LONGEST,
        rating_change=-32,
    )


def history() -> Post:
    page = RowPage((duel(DuelState.FORFEITED),) * PAGE, LONGEST, LONGEST, LONGEST)
    return views.history(page, (LONGEST - 1, {}))


def table() -> Post:
    return views.table(RowPage((DUELIST,) * PAGE, LONGEST, LONGEST, LONGEST))


DRAWN: dict[str, Callable[[], Post]] = {
    **{f"{one} bout": partial(bout, duel(one), CURRENCY) for one in (DuelState.PLAYING, *ENDS)},
    **{
        f"{one} card": partial(card, duel(one, hold_id=None), CURRENCY)
        for one in (DuelState.CHALLENGED, *ENDS)
    },
    "card of one that was accepted": partial(card, duel(DuelState.WON), CURRENCY),
    "stats": lambda: views.stats(LONGEST, RankedDuelist(DUELIST, LONGEST)),
    "history": history,
    "table": table,
}


@pytest.mark.parametrize("name", DRAWN)
def test_the_longest_values_fit(name: str) -> None:
    view = layout.sent(DRAWN[name]())["view"]
    assert view.content_length() <= limits.TEXTS
    assert view.total_children_count <= limits.COMPONENTS


def test_what_is_hidden_stands_nowhere_on_the_message() -> None:
    """But for the stance that was hidden, both messages are the same."""
    strike = duel(DuelState.PLAYING, rounds="")
    hidden = DuelSide(LONGEST, DuelMove.of("g-"), LONGEST)
    guard = replace(strike, challenger=hidden)
    assert bout(strike, CURRENCY) == bout(guard, CURRENCY)
    assert "✅ has chosen" in bout(strike, CURRENCY).below[0]


def test_moves_stand_in_two_rows_and_those_that_neither_has_are_shut() -> None:
    first = bout(duel(DuelState.PLAYING, rounds=""), CURRENCY)
    rows = [one.begins_row for one in first.buttons]
    assert rows == [False, False, False, True, False, False]
    assert not any(one.is_disabled for one in first.buttons)
    spent = bout(duel(DuelState.PLAYING), CURRENCY)
    shut = [one.label for one in spent.buttons if one.is_disabled]
    assert shut == ["Feint", "Strike with focus", "Feint with focus", "Guard with focus"]


def test_a_count_is_shown_as_it_comes_about() -> None:
    (rounds,) = bout(duel(DuelState.WON, rounds="35s+f-16g-g+"), CURRENCY).below
    assert "Strike with focus 🎲 3 + 4 + 2 = **9** against 🎭 Feint 🎲 5 = **5**" in rounds
    assert "Guard 🎲 1 = **1** against 🛡️ Guard with focus 🎲 6 + 2 = **8**" in rounds


def test_a_suggestion_is_plain_text() -> None:
    stake = shown_number(CURRENCY.most, 2)
    assert views.named(duel(DuelState.WON), KNOWN) == f"{LONGEST}: {stake} {'W' * 32}, won"
    assert views.named(duel(DuelState.WON), {}) == f"{LONGEST}: {stake}, won"
