"""Ratings: Elo's formula by its published values, and that nothing of it is lost or made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.duels.ratings import START, K, expected, gain

RATINGS = st.integers(0, 4_000)


@pytest.mark.parametrize(("ahead", "odds"), [(0, 1), (400, 10), (800, 100)])
def test_four_hundred_points_are_odds_of_ten_to_one(ahead: int, odds: int) -> None:
    assert expected(START + ahead, START) == pytest.approx(odds / (odds + 1))
    assert expected(START, START + ahead) == pytest.approx(1 / (odds + 1))


@pytest.mark.parametrize(
    ("mine", "theirs", "score", "gained"),
    [
        (1000, 1000, 1, 16),
        (1000, 1000, 0, -16),
        (1000, 1000, 0.5, 0),
        (1000, 1400, 1, 29),
        (1400, 1000, 1, 3),
        (1400, 1000, 0, -29),
        (1000, 1400, 0.5, 13),
        (3000, 1000, 1, 0),
    ],
)
def test_what_a_result_gains(mine: int, theirs: int, score: float, gained: int) -> None:
    assert gain(mine, theirs, score) == gained


@given(RATINGS, RATINGS, st.sampled_from([0, 0.5, 1]))
def test_what_one_gains_the_other_loses(mine: int, theirs: int, score: float) -> None:
    gained = gain(mine, theirs, score)
    assert gained == -gain(theirs, mine, 1 - score)
    assert abs(gained) <= K
    assert score == 0.5 or (gained >= 0) is (score == 1) or gained == 0
