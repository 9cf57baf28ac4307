"""Blackjack: hands and moves by the rules, and odds that the rounds agree with."""

import os
from collections.abc import Callable, Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.casino.blackjack import (
    DECK,
    RANKS,
    BlackjackTable,
    Hand,
    HandResult,
    Move,
    name_of,
    play,
)
from bot.features.casino.blackjack_odds import best_move, dealer_totals, pay_table
from bot.features.casino.pay_table import paid
from bot.seeds import RoundSeeds
from tests.unit.casino.test_games import assert_agree

ROUNDS = 1_000_000 if os.environ.get("HERALD_SOAK") == "1" else 3_000


def cards(names: str) -> tuple[int, ...]:
    return tuple(RANKS.index(name) for name in names.split())


def dealing(names: str) -> Callable[[int], int]:
    """Cards in this order: the person's, the dealer's open one, the person's, the hidden one."""
    left = list(cards(names))
    return lambda _limit: left.pop(0)


@pytest.mark.parametrize(
    ("names", "total", "is_soft"),
    [
        ("A K", 21, True),
        ("A A", 12, True),
        ("A 6", 17, True),
        ("A 6 10", 17, False),
        ("A A A 8", 21, True),
        ("K Q J", 30, False),
        ("5 5 A A 9", 21, False),
    ],
)
def test_an_ace_counts_eleven_where_that_fits(names: str, total: int, is_soft: bool) -> None:
    hand = Hand(cards(names))
    assert (hand.total, hand.is_soft) == (total, is_soft)


@pytest.mark.parametrize(
    ("names", "moves", "result"),
    [
        ("A 5 K 6", "", HandResult.NATURAL),
        ("A A K K", "", HandResult.PUSH),
        ("9 A K K", "", HandResult.LOST),
        ("10 10 9 8", "s", HandResult.WON),
        ("10 10 8 8", "s", HandResult.PUSH),
        ("10 10 7 8", "s", HandResult.LOST),
        ("10 10 6 6 K", "h", HandResult.BUST),
        ("10 10 2 6 9 10", "h", HandResult.WON),  # 21 stands by itself, the dealer is over
        ("5 6 6 A 10", "d", HandResult.WON),  # the dealer stands on a soft 17
        ("5 10 6 5 2 2", "d", HandResult.LOST),
        ("10 6 6 10 K", "s", HandResult.WON),
        ("2 6 2 10 2 2 5 5", "hhs", HandResult.LOST),
    ],
)
def test_a_round_ends_by_the_rules(names: str, moves: str, result: HandResult) -> None:
    assert play(dealing(names), moves).result is result


@pytest.mark.parametrize("moves", ["hd", "ss", "x", "dh", "hsd"])
def test_a_move_that_cannot_be_made_is_none(moves: str) -> None:
    with pytest.raises(ValueError, match="cannot follow"):
        play(dealing("2 10 2 7 2 2 2 2"), moves)


@given(st.binary(min_size=32, max_size=32), st.lists(st.sampled_from([*Move]), max_size=12))
def test_whatever_is_tried_a_table_keeps_the_rules(seed: bytes, tried: Sequence[Move]) -> None:
    moves, table = "", table_of(seed, "")
    for move in tried:
        if move in table.allowed:
            moves += move
            before, table = table, table_of(seed, moves)
            assert table.player.cards[: len(before.player.cards)] == before.player.cards
            assert table.dealer.cards[:2] == before.dealer.cards
    assert all(0 <= card < DECK for card in (*table.player.cards, *table.dealer.cards))
    assert table.is_doubled == moves.startswith("d")
    if table.result is None:
        assert table.player.total < 21
        assert len(table.dealer.cards) == 2
    elif table.result is HandResult.BUST:
        assert table.player.total > 21
        assert len(table.dealer.cards) == 2
    elif moves:
        assert table.dealer.total >= 17
        assert Hand(table.dealer.cards[:-1]).total < 17


def table_of(seed: bytes, moves: str) -> BlackjackTable:
    return play(RoundSeeds(seed, "mine", 1).stream().below, moves)


@pytest.mark.parametrize(
    ("up", "busts"),
    # As published for a deck that never ends, in millionths.
    [("2", 353608), ("3", 373875), ("4", 394468), ("5", 416404), ("6", 423150), ("7", 262312)],
)
def test_the_dealer_goes_over_as_often_as_is_known(up: str, busts: int) -> None:
    totals = dealer_totals(cards(up)[0])
    assert round(totals[22] * 1_000_000) == busts
    assert sum(totals.values()) == 1


@pytest.mark.parametrize(
    ("player", "up", "move"),
    [
        ("10 6", "7", Move.HIT),
        ("10 6", "6", Move.STAND),
        ("10 2", "3", Move.HIT),
        ("6 5", "6", Move.DOUBLE),
        ("6 5 2", "10", Move.HIT),
        ("A 7", "9", Move.HIT),
        ("A 7", "7", Move.STAND),
        ("10 7", "A", Move.STAND),
        ("4 4 3", "6", Move.HIT),  # eleven, which three cards cannot double
    ],
)
def test_the_best_move_is_the_well_known_one(player: str, up: str, move: Move) -> None:
    assert best_move(Hand(cards(player)), cards(up)[0]) is move


def test_the_house_keeps_about_one_in_a_hundred_of_the_best_play() -> None:
    table = pay_table()
    assert sum(chance for _factor, chance in table.chances) == 1
    assert Fraction(108, 10_000) < table.edge() < Fraction(109, 10_000)
    assert table.edge(1) > table.edge(2) == table.edge()  # three to two of one unit is rounded down


@pytest.mark.soak
def test_the_best_play_fares_as_it_is_shown() -> None:
    stake, returns = 10, list[int]()
    for number in range(ROUNDS):
        seed, moves = number.to_bytes(32, "big"), ""
        while (table := table_of(seed, moves)).result is None:
            moves += best_move(table.player, table.dealer.cards[0])
        staked = stake * (2 if table.is_doubled else 1)
        returns.append(stake - staked + paid(staked, table.factor))
    assert_agree(returns, pay_table(), stake)


def test_cards_have_names() -> None:
    assert [name_of(card) for card in (0, 9, 13, 51)] == ["A♠", "10♠", "A♥", "K♣"]
    assert len({name_of(card) for card in range(DECK)}) == DECK
