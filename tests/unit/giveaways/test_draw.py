"""The draw: the same for everybody who has the seed, by weight, nobody twice, without a bias."""

import os
from collections import Counter
from hashlib import sha256
from itertools import islice, permutations

import pytest

from bot.features.giveaways import draw
from bot.features.giveaways.draw import SPACE, DrawTooLong, Drum, hash_of, new_seed

SOAK = os.environ.get("HERALD_SOAK") == "1"
ROUNDS = 200_000 if SOAK else 4_000
SEED = "5f" * 32
WEIGHTS = {30: 3, 10: 1, 20: 2, 40: 4}
CHI_SQUARE = {2: 27.63, 3: 30.66, 23: 70.55}
"""Quantiles at 1 - 10⁻⁶ by degrees of freedom: an honest draw fails once in a million runs."""


def seeds(count: int) -> list[str]:
    return [sha256(f"{number}".encode()).hexdigest() for number in range(count)]


def chi_square(seen: Counter[tuple[int, ...]], expected: dict[tuple[int, ...], float]) -> float:
    assert set(seen) <= set(expected)
    return sum((seen[one] - mean) ** 2 / mean for one, mean in expected.items())


def chance(order: tuple[int, ...]) -> float:
    """Of that order, where each next one is drawn by weight from those who are left."""
    left, product = dict(WEIGHTS), 1.0
    for one in order:
        product *= left[one] / sum(left.values())
        del left[one]
    return product


def by_the_page(seed: str, weights: dict[int, int], wanted: int) -> list[int]:
    """docs/giveaways.md, word for word, by somebody who has never seen the code."""
    listed = [user_id for user_id in sorted(weights) for _ in range(weights[user_id])]
    text = "".join(f"{user_id}:{weights[user_id]}\n" for user_id in sorted(weights))
    digest = sha256(text.encode("ascii")).hexdigest()
    won: list[int] = []
    number = -1
    while len(won) < min(wanted, len(weights)):
        number += 1
        value = int(sha256(f"{seed}:{digest}:{number}".encode("ascii")).hexdigest()[:16], 16)
        if value >= 2**64 - 2**64 % len(listed):
            continue
        winner = listed[value % len(listed)]
        if winner not in won:
            won.append(winner)
    return won


def test_a_known_seed_has_known_winners() -> None:
    """What was once drawn is drawn so by every later version."""
    drum = Drum(SEED, WEIGHTS)
    assert hash_of(SEED) == sha256(SEED.encode()).hexdigest()
    assert drum.digest == sha256(b"10:1\n20:2\n30:3\n40:4\n").hexdigest()
    assert drum.winners(4, {}) == KNOWN


KNOWN = [30, 10, 20, 40]


def test_it_is_what_the_page_describes() -> None:
    for seed in seeds(200):
        assert Drum(seed, WEIGHTS).winners(3, {}) == by_the_page(seed, WEIGHTS, 3)


def test_the_order_of_entry_changes_nothing_and_each_entry_everything() -> None:
    backwards = dict(reversed(WEIGHTS.items()))
    assert Drum(SEED, backwards).digest == Drum(SEED, WEIGHTS).digest
    others = {Drum(SEED, {**WEIGHTS, 50: weight}).digest for weight in range(1, 20)}
    assert len(others | {Drum(SEED, WEIGHTS).digest}) == 20


@pytest.mark.parametrize("wanted", [1, 4])
def test_who_wins_first_and_in_which_order_goes_by_weight(wanted: int) -> None:
    """By a χ² test of thousands of draws: of the first winner, and of the whole order."""
    seen = Counter(tuple(Drum(seed, WEIGHTS).winners(wanted, {})) for seed in seeds(ROUNDS))
    expected = {one: chance(one) * ROUNDS for one in permutations(WEIGHTS, wanted)}
    assert chi_square(seen, expected) < CHI_SQUARE[len(expected) - 1]


def test_whoever_has_fewer_places_by_then_wins_as_if_they_had_entered_with_those() -> None:
    """4 of 40's places are 1 by now, and 20 is gone: it is 1 to 3 to 1, and nobody is favoured."""
    left = {40: 1, 20: 0}
    seen = Counter(tuple(Drum(seed, WEIGHTS).winners(1, left)) for seed in seeds(ROUNDS))
    expected = {(10,): ROUNDS / 5, (30,): ROUNDS * 3 / 5, (40,): ROUNDS / 5}
    assert chi_square(seen, expected) < CHI_SQUARE[len(expected) - 1]


def test_those_who_are_left_out_leave_the_others_in_their_order() -> None:
    for seed in seeds(100):
        drum = Drum(seed, WEIGHTS)
        whole = drum.winners(4, {})
        without = [one for one in whole if one != 30]
        assert drum.winners(4, {30: 0}) == without
        assert drum.winners(1, dict.fromkeys(whole[:1], 0)) == whole[1:2]  # a reroll


def test_a_lot_that_would_favour_some_is_passed_over() -> None:
    """Of so many places that nearly half of all lots are above the last whole multiple."""
    total = SPACE // 2 + 1
    drum = Drum(SEED, {1: total})
    numbers = [lot.number for lot in islice(drum.lots(), 200)]
    kept = 200 / (numbers[-1] + 1)
    assert 0.35 < kept < 0.65
    for lot in islice(drum.lots(), 200):
        text = f"{SEED}:{drum.digest}:{lot.number}"
        assert int(sha256(text.encode()).hexdigest()[:16], 16) == lot.rest < total


def test_each_place_names_its_holder() -> None:
    """The rest of a lot counts through the list, whoever holds how much of it."""
    holders = [10, 20, 20, 30, 30, 30, 40, 40, 40, 40]
    seen = {(lot.rest, lot.user_id, lot.place) for lot in islice(Drum(SEED, WEIGHTS).lots(), 500)}
    starts = {10: 0, 20: 1, 30: 3, 40: 6}
    assert seen == {(at, one, at - starts[one]) for at, one in enumerate(holders)}


@pytest.mark.parametrize(
    ("weights", "left", "winners"),
    [({}, {}, 0), ({7: 1}, {}, 1), ({7: 1}, {7: 0}, 0), ({7: 1, 8: 5}, {9: 0}, 2)],
)
def test_there_are_as_many_winners_as_can_win(
    weights: dict[int, int], left: dict[int, int], winners: int
) -> None:
    assert len(Drum(SEED, weights).winners(9, left)) == winners


def test_a_draw_that_comes_to_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draw, "MOST_LOTS", 1_000)
    with pytest.raises(DrawTooLong):
        Drum(SEED, {1: 1, 2: 2**40}).winners(2, {})


def test_seeds_differ() -> None:
    made = {new_seed() for _ in range(100)}
    assert len(made) == 100
    assert {len(one) for one in made} == {64}
