"""Blackjack odds: the best move of each hand and what the house keeps all the same, exactly.

As each card comes from a whole deck, a hand is its total and whether that is soft, and what is
still to come depends on nothing else: every course of a round is counted, none is sampled.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from bot.features.casino.blackjack import (
    ACE_MORE,
    BLACKJACK,
    DECK,
    FIRST,
    NATURAL_PAYS,
    STANDS_ON,
    Hand,
    Move,
    value_of,
)
from bot.features.casino.pay_table import PayTable

Chances = Mapping[int, Fraction]
"""How likely each of some numbers is: a card's value, a total, what a stake wins or loses."""

_CARDS: Chances = {
    value: Fraction(count, DECK) for value, count in Counter(map(value_of, range(DECK))).items()
}
_BUST = BLACKJACK + 1  # stands for every total above 21


@dataclass(frozen=True, slots=True)
class HeldCards:
    """What a hand comes to; `hard` counts each ace as one."""

    hard: int
    has_ace: bool

    @property
    def is_soft(self) -> bool:
        return self.has_ace and self.hard + ACE_MORE <= BLACKJACK

    @property
    def total(self) -> int:
        return self.hard + (ACE_MORE if self.is_soft else 0)

    def and_one(self, value: int) -> "HeldCards":
        """The hand with one card more."""
        return HeldCards(self.hard + value, self.has_ace or value == 1)


def best_move(player: Hand, up: int) -> Move:
    """What wins most, or loses least, against the dealer's open card."""
    values = [value_of(card) for card in player.cards]
    standing = HeldCards(sum(values), 1 in values)
    return _best(standing, value_of(up), is_first=len(values) == FIRST)[0]


def dealer_totals(up: int) -> Chances:
    """How likely the dealer ends with each total after that open card; 22 is every one above 21.

    The dealer has looked, and has no blackjack.
    """
    return _finals(value_of(up))


@cache
def pay_table() -> PayTable:
    """What the best play wins; what a doubled round loses beyond the first stake counts below 0."""
    returns = list[tuple[Fraction, Fraction]]()
    for (first, second), chance in _pairs():
        player = HeldCards(first, first == 1).and_one(second)
        for up, part in _CARDS.items():
            dealer_has = _CARDS[{1: 10, 10: 1}[up]] if up in {1, 10} else Fraction()
            returns += _dealt(player, up, chance * part, dealer_has)
    return PayTable.of(returns)


def _dealt(
    player: HeldCards, up: int, chance: Fraction, dealer_has: Fraction
) -> Iterable[tuple[Fraction, Fraction]]:
    """Returns after the first cards; `dealer_has` is how likely the dealer has a blackjack."""
    if player.total == BLACKJACK:
        yield Fraction(1), chance * dealer_has
        yield NATURAL_PAYS, chance * (1 - dealer_has)
        return
    yield Fraction(0), chance * dealer_has
    for won, later in _best(player, up, is_first=True)[1].items():
        yield Fraction(1 + won), chance * (1 - dealer_has) * later


def _pairs() -> Iterable[tuple[tuple[int, int], Fraction]]:
    for first, chance in _CARDS.items():
        for second, part in _CARDS.items():
            yield (first, second), chance * part


@cache
def _best(player: HeldCards, up: int, *, is_first: bool) -> tuple[Move, Chances]:
    courses = {Move.STAND: _stand(player.total, up)}
    if player.total < BLACKJACK:
        courses[Move.HIT] = _with_one_more(player, lambda more: _hit(more, up))
        if is_first:
            once = _with_one_more(player, lambda more: _once(more, up))
            courses[Move.DOUBLE] = {2 * won: chance for won, chance in once.items()}
    return max(courses.items(), key=lambda course: _gain(course[1]))


def _gain(chances: Chances) -> Fraction:
    return sum((won * chance for won, chance in chances.items()), Fraction())


def _hit(player: HeldCards, up: int) -> Chances:
    return _LOST if player.total > BLACKJACK else _best(player, up, is_first=False)[1]


def _once(player: HeldCards, up: int) -> Chances:
    return _LOST if player.total > BLACKJACK else _stand(player.total, up)


@cache
def _stand(total: int, up: int) -> Chances:
    def won(final: int) -> int:
        return 1 if final == _BUST else (total > final) - (total < final)

    return _mixed((chance, {won(final): Fraction(1)}) for final, chance in _finals(up).items())


@cache
def _finals(up: int) -> Chances:
    holes = {value: chance for value, chance in _CARDS.items() if {up, value} != {1, 10}}
    open_card, all_holes = HeldCards(up, up == 1), sum(holes.values(), Fraction())
    return _mixed(
        (chance / all_holes, _dealer(open_card.and_one(hole))) for hole, chance in holes.items()
    )


@cache
def _dealer(dealer: HeldCards) -> Chances:
    if dealer.total >= STANDS_ON:
        return {min(dealer.total, _BUST): Fraction(1)}
    return _with_one_more(dealer, _dealer)


def _with_one_more(hand: HeldCards, course: Callable[[HeldCards], Chances]) -> Chances:
    return _mixed((chance, course(hand.and_one(value))) for value, chance in _CARDS.items())


def _mixed(parts: Iterable[tuple[Fraction, Chances]]) -> Chances:
    """Courses of which one comes, each with its chance, as one."""
    mixed = dict[int, Fraction]()
    for part, chances in parts:
        for number, chance in chances.items():
            mixed[number] = mixed.get(number, Fraction()) + part * chance
    return mixed


_LOST: Chances = {-1: Fraction(1)}
