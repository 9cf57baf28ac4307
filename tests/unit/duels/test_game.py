"""Game of a duel: its rules by tables and properties, and that wit tells in it while luck stays."""

from collections import Counter
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.duels.game import (
    FACES,
    FOCUS,
    FOCUS_COUNT,
    LONGEST,
    MOVES,
    NEEDED,
    STANCE_COUNT,
    Bout,
    DuelMove,
    DuelRound,
    Stance,
    rolled,
)
from bot.seeds import new_seed
from tests.unit.duels.players import Player, careless, fought, habitual, reader, sensible

DUELS = 1_500


@pytest.mark.parametrize(
    ("dice", "moves", "counts", "winner"),
    [
        ((3, 3), "s-f-", (7, 3), 0),
        ((3, 3), "f-s-", (3, 7), 1),
        ((3, 3), "f-g-", (7, 3), 0),
        ((3, 3), "g-s-", (7, 3), 0),
        ((1, 6), "s-f-", (5, 6), 1),
        ((1, 6), "s+f-", (7, 6), 0),
        ((1, 6), "s+f+", (7, 8), 1),
        ((5, 3), "g-g+", (5, 5), None),
        ((5, 4), "g-g-", (5, 4), 0),
    ],
)
def test_a_round(
    dice: tuple[int, int], moves: str, counts: tuple[int, int], winner: int | None
) -> None:
    one = DuelRound(dice, (DuelMove.of(moves[:2]), DuelMove.of(moves[2:])))
    assert one.counts == counts
    assert one.winner == winner


def test_every_stance_beats_one_and_is_beaten_by_one() -> None:
    assert sorted(one.beaten for one in Stance) == sorted(Stance)
    assert all(one.beaten is not one and one.beaten.beaten.beaten is one for one in Stance)


def test_no_roll_decides_a_round_by_itself() -> None:
    assert STANCE_COUNT + FOCUS_COUNT > FACES - 1
    for dice in ((one, other) for one in range(1, FACES + 1) for other in range(1, FACES + 1)):
        found = {DuelRound(dice, (mine, theirs)).winner for mine in MOVES for theirs in MOVES}
        assert found >= {0, 1}


@pytest.mark.parametrize(
    ("code", "wins", "is_over", "leader"),
    [
        ("", (0, 0), False, None),
        ("66s-f-", (1, 0), False, 0),
        ("66s-f-16g-f-", (1, 1), False, None),
        ("66s-f-66g-s-", (2, 0), True, 0),
        ("16s-s-16g-f-", (0, 2), True, 1),
        ("66s-s-66f-f-66s-s-66f-f-", (0, 0), False, None),
        ("66s-s-66f-f-66s-s-66f-f-66g-g-", (0, 0), True, None),
        ("66s-s-66f-f-66s-s-66f-f-65g-g-", (1, 0), True, 0),
        ("65s-s-56f-f-66s-s-66f-f-66g-g-", (1, 1), True, None),
    ],
)
def test_two_rounds_win_and_five_are_the_most(
    code: str, wins: tuple[int, int], is_over: bool, leader: int | None
) -> None:
    bout = Bout.of(code)
    assert (bout.wins, bout.is_over, bout.leader) == (wins, is_over, leader)
    assert bout.code == code


def test_nobody_takes_a_stance_twice_running_nor_has_more_than_two_points() -> None:
    bout = Bout.of("66s+f-")
    assert bout.focus(0) == FOCUS - 1
    assert [one.code for one in bout.moves(0)] == ["f-", "g-", "f+", "g+"]
    assert [one.code for one in bout.moves(1)] == ["s-", "g-", "s+", "g+"]
    spent = bout.after((1, 1), (DuelMove.of("g+"), DuelMove.of("g-")))
    assert [one.code for one in spent.moves(0)] == ["s-", "f-"]
    assert not spent.allows(0, DuelMove.of("s+"))
    assert spent.allows(1, DuelMove.of("s+"))


@given(st.randoms(use_true_random=False))
def test_every_duel_ends_by_the_rules(random: Random) -> None:
    bout = fought(random, careless, careless)
    assert len(bout.rounds) <= LONGEST
    assert max(bout.wins) <= NEEDED
    assert Bout.of(bout.code) == bout
    assert all(not Bout(bout.rounds[:at]).is_over for at in range(len(bout.rounds)))
    for side in (0, 1):
        stances = [one.moves[side].stance for one in bout.rounds]
        assert all(one is not other for one, other in pairwise(stances))
        assert bout.focus(side) >= 0


@given(st.binary(min_size=32, max_size=32), st.integers(1, 10**9), st.integers(1, LONGEST))
def test_dice_follow_from_seed_duel_and_round(seed: bytes, duel_id: int, number: int) -> None:
    dice = rolled(seed, duel_id, number)
    assert dice == rolled(seed, duel_id, number)
    assert all(1 <= one <= FACES for one in dice)


def test_dice_are_fair_to_both() -> None:
    seed, counts = new_seed(), Counter[tuple[int, int]]()
    for duel_id in range(1, 7_201):
        counts[rolled(seed, duel_id, 1)] += 1
    chi_square = sum((counts[a, b] - 200) ** 2 / 200 for a in range(1, 7) for b in range(1, 7))
    assert chi_square < 75  # 35 degrees of freedom: one in ten thousand is above


def measured(mine: Player, theirs: Player) -> tuple[float, float]:
    """How many duels the first wins of those won, and how many rounds the second does."""
    random, duels, rounds = Random(7), Counter[int | None](), Counter[int | None]()
    for _number in range(DUELS):
        bout = fought(random, mine, theirs)
        duels[bout.leader] += 1
        rounds.update(one.winner for one in bout.rounds)
    return duels[0] / (duels[0] + duels[1]), rounds[1] / rounds.total()


def test_whoever_thinks_beats_whoever_does_not_and_single_rounds_stay_open() -> None:
    won, lost_rounds = measured(sensible, careless)
    assert 0.70 < won < 0.80
    assert 0.25 < lost_rounds < 0.40


def test_equals_are_equal() -> None:
    won, _rounds = measured(sensible, sensible)
    assert 0.46 < won < 0.54


def test_reading_a_habit_pays() -> None:
    blind, _rounds = measured(sensible, habitual(Stance.STRIKE))
    read, _rounds = measured(reader(Stance.STRIKE), habitual(Stance.STRIKE))
    assert read > max(blind + 0.05, 0.70)
