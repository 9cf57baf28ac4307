"""Rules of money: taxes, dailies and talkers, in whole numbers alone."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.activity import VoiceActivity, VoicePerson
from bot.features.economy.model import DAY, STREAKS, Daily, room_for, talking, tax_of
from bot.money import MOST, Currency

NOW = datetime(2026, 5, 24, 11, 32, 18, tzinfo=UTC)
AMOUNTS = st.integers(1, MOST * 100)


@given(AMOUNTS, st.integers(0, 50))
def test_a_tax_is_never_more_than_its_share_and_less_than_a_unit_short_of_it(
    amount: int, percent: int
) -> None:
    tax, exact = tax_of(amount, percent), Fraction(amount * percent, 100)
    assert type(tax) is int
    assert exact - 1 < tax <= exact
    assert amount - tax > 0


@given(AMOUNTS, st.integers(0, 10**11), st.integers(1, 10**11))
def test_what_is_earned_never_goes_beyond_the_most(amount: int, balance: int, most: int) -> None:
    room = room_for(amount, balance, most)
    assert 0 <= room <= amount
    assert room == 0 or balance + room <= most
    assert room == amount or balance + room >= most


@given(st.integers(0, 10**8), st.integers(0, 400))
def test_a_streak_multiplies_by_tenths_rounded_down(amount: int, streak: int) -> None:
    pays = Daily(None, streak).pays(amount)
    tenths = max([10, *(tenths for days, tenths in STREAKS if streak >= days)])
    assert type(pays) is int
    assert Fraction(amount * tenths, 10) - 1 < pays <= Fraction(amount * tenths, 10)


@pytest.mark.parametrize(
    ("streak", "pays"),
    [(1, 105), (6, 105), (7, 126), (13, 126), (14, 157), (30, 210), (60, 262), (100, 315)],
)
def test_the_steps_of_a_streak(streak: int, pays: int) -> None:
    assert Daily(None, streak).pays(105) == pays


@given(st.lists(st.integers(0, 80), min_size=1, max_size=20))
def test_a_streak_goes_on_within_48_hours_and_never_twice_a_day(hours: list[int]) -> None:
    daily, now, taken = Daily(None, 0), NOW, list[datetime]()
    for pause in hours:
        now += timedelta(hours=pause)
        after = daily.taken(now)
        if taken and now - taken[-1] < DAY:
            assert after is None
            continue
        assert after is not None
        goes_on = bool(taken) and now - taken[-1] < 2 * DAY
        assert after == Daily(now + DAY, daily.streak + 1 if goes_on else 1)
        daily = after
        taken.append(now)


def test_the_hours_at_which_a_daily_opens_and_a_streak_ends() -> None:
    daily, moment = Daily(NOW + DAY, 6), timedelta(milliseconds=1)
    assert daily.taken(NOW + DAY - moment) is None
    assert daily.taken(NOW + DAY) == Daily(NOW + 2 * DAY, 7)
    assert daily.taken(NOW + 2 * DAY - moment) == Daily(NOW + 3 * DAY - moment, 7)
    assert daily.taken(NOW + 2 * DAY) == Daily(NOW + 3 * DAY, 1)


def test_who_talks_with_somebody() -> None:
    def person(user_id: int, **is_: bool) -> VoicePerson:
        states = {"is_bot": False, "is_muted": False, "is_deafened": False, **is_}
        return VoicePerson(user_id, role_ids=frozenset(), **states)

    quiet = (person(3, is_bot=True), person(4, is_muted=True), person(5, is_deafened=True))
    assert talking(VoiceActivity(1, (2,), (person(1), person(2), *quiet))) == [1, 2]
    assert talking(VoiceActivity(1, (2,), (person(1), *quiet))) == []
    assert talking(VoiceActivity(1, (2,), (person(1), person(2)), is_afk=True)) == []


@pytest.mark.parametrize(
    ("decimals", "amount", "symbol", "shown"),
    [
        (0, 1234567, "🪙", "1\u202f234\u202f567 🪙"),
        (2, -250, "€", "-2.50 €"),
        (2, 5, "<a:coin:12345678901234567>", "0.05 <a:coin:12345678901234567>"),
        (0, 1, "@everyone", "1 \\@everyone"),
        (0, 1, "[x](y)", "1 \\[x\\]\\(y\\)"),
        (0, 1, "<@123456789012345>", "1 \\<\\@123456789012345\\>"),
    ],
)
def test_an_amount_is_shown_with_its_symbol_which_does_nothing(
    decimals: int, amount: int, symbol: str, shown: str
) -> None:
    currency = Currency(1, 2, "Coins", symbol, 2 if decimals else 0, is_default=True)
    assert currency.shown(amount) == shown
