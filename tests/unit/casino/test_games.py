"""Games of one draw: what is shown of their odds is what they pay, counted and played."""

import os
from fractions import Fraction
from math import isqrt, prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.casino.games import (
    CHANCE_GAMES,
    COIN,
    DICE,
    ROULETTE,
    SLOTS,
    ChanceGame,
    dice_total,
)
from bot.features.casino.pay_table import PayTable, paid
from bot.seeds import RoundSeeds

ROUNDS = 1_000_000 if os.environ.get("HERALD_SOAK") == "1" else 3_000

HALVES = ("red", "black", "even", "odd", "low", "high")
THIRDS = ("dozen1", "dozen2", "dozen3", "column1", "column2", "column3")
EVERY_CHOICE = [(game, choice) for game in CHANCE_GAMES.values() for choice in game.choices]


@pytest.mark.parametrize(
    ("game", "choices", "edge", "win_chance"),
    [
        (COIN, ("heads", "tails"), Fraction(1, 50), Fraction(49, 100)),
        (DICE, ("low", "high"), Fraction(1, 24), Fraction(15, 36)),
        (DICE, ("seven",), Fraction(1, 24), Fraction(6, 36)),
        (SLOTS, ("spin",), Fraction(43, 800), Fraction(1475, 8000)),
        (
            ROULETTE,
            ("red", "black", "even", "odd", "low", "high"),
            *(Fraction(1, 37), Fraction(18, 37)),
        ),
        (
            ROULETTE,
            ("dozen1", "dozen2", "dozen3", "column1", "column3"),
            *(Fraction(1, 37), Fraction(12, 37)),
        ),
        (ROULETTE, tuple(map(str, range(37))), Fraction(1, 37), Fraction(1, 37)),
    ],
)
def test_the_odds_are_those_of_the_rules(
    game: ChanceGame, choices: tuple[str, ...], edge: Fraction, win_chance: Fraction
) -> None:
    for choice in choices:
        table = game.table(choice)
        assert (table.edge(), table.win_chance) == (edge, win_chance)


@pytest.mark.parametrize(("game", "choice"), EVERY_CHOICE)
def test_no_choice_pays_more_than_it_takes_at_any_stake(game: ChanceGame, choice: str) -> None:
    table = game.table(choice)
    assert sum(chance for _factor, chance in table.chances) == 1
    assert all(factor >= 0 for factor, _chance in table.chances)
    for stake in (1, 2, 3, 7, 10, 999, 10**9):
        # What rounding takes is less than one unit.
        assert 0 < table.edge() <= table.edge(stake) < table.edge() + Fraction(1, stake)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("game", "choice"), [(COIN, "tails"), (DICE, "seven"), (SLOTS, "spin"), (ROULETTE, "dozen2")]
)
def test_played_rounds_agree_with_what_is_shown(game: ChanceGame, choice: str) -> None:
    stake = 20
    table = game.table(choice)
    returns = [
        game.payout(stake, choice, game.draw(RoundSeeds(b"of this test", "mine", number).stream()))
        for number in range(ROUNDS)
    ]
    assert set(returns) <= {paid(stake, factor) for factor, _chance in table.chances}
    assert_agree(returns, table, stake)
    wins = sum(back > stake for back in returns)
    spread = isqrt(int(ROUNDS * table.win_chance * (1 - table.win_chance)))
    assert abs(wins - ROUNDS * table.win_chance) <= 5 * (spread + 1)


def assert_agree(returns: list[int], table: PayTable, stake: int) -> None:
    """The mean lies within five standard errors of what the table says."""
    rounds = len(returns)
    mean = 1 - table.edge(stake)
    square = sum((paid(stake, one) ** 2 * chance for one, chance in table.chances), Fraction())
    variance = square - (mean * stake) ** 2
    off = Fraction(sum(returns)) - rounds * mean * stake
    assert off * off <= 25 * rounds * variance


def test_two_dice_have_their_totals() -> None:
    totals = [dice_total((one, other)) for one in range(6) for other in range(6)]
    assert (min(totals), max(totals), totals.count(7)) == (2, 12, 6)


def test_each_reel_stop_and_pocket_can_come() -> None:
    for game in CHANCE_GAMES.values():
        seen = {
            game.draw(RoundSeeds(b"a seed", "mine", number).stream())[0] for number in range(900)
        }
        assert seen == set(range(game.ranges[0]))
        assert prod(game.ranges) <= 8_000  # what its table counts


@given(st.integers(1, 10**12), st.fractions(0, 500))
def test_a_part_of_a_unit_is_rounded_down(stake: int, factor: Fraction) -> None:
    back = paid(stake, factor)
    assert back <= stake * factor < back + 1
