"""Blackjack: hands, moves, and a table that follows from the stream and the moves alone.

Each card is drawn from a whole deck of 52. The dealer draws to 16 and stands on every 17; a
blackjack of two cards pays three to two and ends the round at once, the dealer's too. Whoever has
21 stands. The first two cards can be doubled, for one more card; nothing is split or insured.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

DECK = 52
RANKS = ("A", "2", "3", "4", "5", "6", "7", "8", "9", "10", "J", "Q", "K")
SUITS = ("♠", "♥", "♦", "♣")
BLACKJACK = 21
STANDS_ON = 17
ACE_MORE = 10  # an ace counts one, or eleven where that fits
FIRST = 2  # cards
NATURAL_PAYS = Fraction(5, 2)

DrawCard = Callable[[int], int]


class Move(StrEnum):
    """Move of the person's; their letters are how a round's are stored."""

    HIT = "h"
    STAND = "s"
    DOUBLE = "d"


class HandResult(StrEnum):
    """Result of a round that is over."""

    NATURAL = "natural"
    WON = "won"
    PUSH = "push"
    LOST = "lost"
    BUST = "bust"


RETURNS = {
    HandResult.NATURAL: NATURAL_PAYS,
    HandResult.WON: Fraction(2),
    HandResult.PUSH: Fraction(1),
    HandResult.LOST: Fraction(0),
    HandResult.BUST: Fraction(0),
}
"""What comes back of all that was staked, doubled or not."""


def value_of(card: int) -> int:
    """What a card counts, an ace as one."""
    return min(card % len(RANKS) + 1, 10)


def name_of(card: int) -> str:
    """A card as people read it."""
    return RANKS[card % len(RANKS)] + SUITS[card // len(RANKS)]


@dataclass(frozen=True, slots=True)
class Hand:
    """Cards of one side."""

    cards: tuple[int, ...]

    @property
    def is_soft(self) -> bool:
        """Whether an ace counts eleven."""
        values = [value_of(card) for card in self.cards]
        return 1 in values and sum(values) + ACE_MORE <= BLACKJACK

    @property
    def total(self) -> int:
        return sum(map(value_of, self.cards)) + (ACE_MORE if self.is_soft else 0)

    @property
    def is_natural(self) -> bool:
        return len(self.cards) == FIRST and self.total == BLACKJACK

    @property
    def is_bust(self) -> bool:
        return self.total > BLACKJACK

    def and_one(self, draw: DrawCard) -> "Hand":
        """The hand with the next card."""
        return Hand((*self.cards, draw(DECK)))


@dataclass(frozen=True, slots=True)
class BlackjackTable:
    """Table after the moves so far; `result` is there once it is over."""

    player: Hand
    dealer: Hand
    moves: str = ""
    result: HandResult | None = None

    @property
    def is_doubled(self) -> bool:
        return Move.DOUBLE in self.moves

    @property
    def allowed(self) -> tuple[Move, ...]:
        """The moves that can be made now."""
        if self.result is not None:
            return ()
        return (Move.HIT, Move.STAND) if self.moves else (Move.HIT, Move.STAND, Move.DOUBLE)

    @property
    def factor(self) -> Fraction:
        """What comes back of all that was staked, once it is over."""
        if self.result is None:
            raise ValueError("the round is not over")
        return RETURNS[self.result]


@dataclass(slots=True)
class _Play:
    """Cards as they come, one after the other."""

    draw: DrawCard
    player: Hand = field(init=False)
    dealer: Hand = field(init=False)
    moves: str = ""

    def __post_init__(self) -> None:
        first, up, second, hole = (self.draw(DECK) for _ in range(4))
        self.player, self.dealer = Hand((first, second)), Hand((up, hole))

    def at(self, result: HandResult | None) -> BlackjackTable:
        return BlackjackTable(self.player, self.dealer, self.moves, result)

    def naturals(self) -> BlackjackTable:
        """The table as dealt; two blackjacks are a push, and one ends it."""
        if self.player.is_natural:
            is_push = self.dealer.is_natural
            return self.at(HandResult.PUSH if is_push else HandResult.NATURAL)
        return self.at(HandResult.LOST if self.dealer.is_natural else None)

    def move(self, move: Move) -> BlackjackTable:
        self.moves += move
        if move is not Move.STAND:
            self.player = self.player.and_one(self.draw)
        if self.player.is_bust:
            return self.at(HandResult.BUST)
        if move is Move.HIT and self.player.total < BLACKJACK:
            return self.at(None)
        while self.dealer.total < STANDS_ON:
            self.dealer = self.dealer.and_one(self.draw)
        return self.at(_compared(self.player, self.dealer))


def play(draw: DrawCard, moves: Sequence[str]) -> BlackjackTable:
    """The table after these moves; a ValueError for one that could not be made."""
    playing = _Play(draw)
    table = playing.naturals()
    for move in moves:
        if move not in table.allowed:
            raise ValueError(f"{move!r} cannot follow {table.moves!r}")
        table = playing.move(Move(move))
    return table


def _compared(player: Hand, dealer: Hand) -> HandResult:
    if dealer.is_bust or player.total > dealer.total:
        return HandResult.WON
    return HandResult.PUSH if player.total == dealer.total else HandResult.LOST
