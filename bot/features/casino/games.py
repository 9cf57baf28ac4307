"""Games of one draw: coin, dice, slots, roulette; a rule each, which odds and payouts follow."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product
from math import prod

from bot.features.casino.pay_table import PayTable, paid
from bot.seeds import SeedStream

DrawnNumbers = tuple[int, ...]
NOTHING_BACK = Fraction(0)

COIN_SIDES = 100
RIM = 2  # of the hundred: the coin stays on its rim, and the house wins
STRIP = "💎" + "7" * 2 + "🔔" * 3 + "🍊" * 4 + "🍋" * 5 + "🍒" * 5
THREE_ALIKE: Mapping[str, int] = {"💎": 500, "7": 100, "🔔": 30, "🍊": 15, "🍋": 8, "🍒": 10}
CHERRY, TWO_CHERRIES = "🍒", 2
RED = frozenset({1, 3, 5, 7, 9, 12, 14, 16, 18, 19, 21, 23, 25, 27, 30, 32, 34, 36})
POCKETS = 37
SEVEN = 7


@dataclass(frozen=True)
class ChanceGame:
    """Game that one draw decides.

    `ranges` says how many numbers are drawn and below what each is; `factor` what a choice returns
    of its stake when these come. Odds, payouts and the check of a round all go by the two.
    """

    name: str
    ranges: tuple[int, ...]
    choices: tuple[str, ...]
    factor: Callable[[str, DrawnNumbers], Fraction]

    def draw(self, stream: SeedStream) -> DrawnNumbers:
        """The numbers of one round."""
        return tuple(stream.below(limit) for limit in self.ranges)

    def payout(self, stake: int, choice: str, drawn: DrawnNumbers) -> int:
        """What comes back of the stake, in the smallest unit, rounded down."""
        return paid(stake, self.factor(choice, drawn))

    def table(self, choice: str) -> PayTable:
        """Every draw that can come, counted."""
        return _table(self, choice)


@cache
def _table(game: ChanceGame, choice: str) -> PayTable:
    draws = product(*map(range, game.ranges))
    counted = Counter(game.factor(choice, drawn) for drawn in draws)
    total = prod(game.ranges)
    return PayTable.of((factor, Fraction(count, total)) for factor, count in counted.items())


def coin_side(drawn: DrawnNumbers) -> str:
    """How the coin came down: heads, tails or rim."""
    half = (COIN_SIDES - RIM) // 2
    if drawn[0] < half:
        return "heads"
    return "tails" if drawn[0] < 2 * half else "rim"


def _coin(choice: str, drawn: DrawnNumbers) -> Fraction:
    return Fraction(2) if choice == coin_side(drawn) else NOTHING_BACK


def dice_total(drawn: DrawnNumbers) -> int:
    """Pips of both dice."""
    return sum(drawn) + len(drawn)


def _dice(choice: str, drawn: DrawnNumbers) -> Fraction:
    total = dice_total(drawn)
    if choice == "seven":
        return Fraction(23, 4) if total == SEVEN else NOTHING_BACK
    wins = total < SEVEN if choice == "low" else total > SEVEN
    return Fraction(23, 10) if wins else NOTHING_BACK


def reels(drawn: DrawnNumbers) -> Sequence[str]:
    """The symbols that the three reels show."""
    return [STRIP[stop] for stop in drawn]


def _slots(_choice: str, drawn: DrawnNumbers) -> Fraction:
    shown = reels(drawn)
    if len(set(shown)) == 1:
        return Fraction(THREE_ALIKE[shown[0]])
    return Fraction(TWO_CHERRIES) if shown.count(CHERRY) == 2 else NOTHING_BACK


OUTSIDE: Mapping[str, Callable[[int], bool]] = {
    "red": lambda pocket: pocket in RED,
    "black": lambda pocket: pocket not in RED,
    "even": lambda pocket: pocket % 2 == 0,
    "odd": lambda pocket: pocket % 2 == 1,
    "low": lambda pocket: pocket <= 18,
    "high": lambda pocket: pocket > 18,
    "dozen1": lambda pocket: pocket <= 12,
    "dozen2": lambda pocket: 12 < pocket <= 24,
    "dozen3": lambda pocket: pocket > 24,
    "column1": lambda pocket: pocket % 3 == 1,
    "column2": lambda pocket: pocket % 3 == 2,
    "column3": lambda pocket: pocket % 3 == 0,
}
"""Bets beside the numbers, each by its pockets; none has the zero."""

PER_POCKET = 36  # of so many parts the wheel pays all back: the zero is the house's


def _roulette(choice: str, drawn: DrawnNumbers) -> Fraction:
    pocket = drawn[0]
    fits = OUTSIDE.get(choice)
    if fits is None:
        return Fraction(PER_POCKET) if pocket == int(choice) else NOTHING_BACK
    covered = sum(map(fits, range(1, POCKETS)))
    return Fraction(PER_POCKET, covered) if pocket and fits(pocket) else NOTHING_BACK


COIN = ChanceGame("coin", (COIN_SIDES,), ("heads", "tails"), _coin)
DICE = ChanceGame("dice", (6, 6), ("low", "seven", "high"), _dice)
SLOTS = ChanceGame("slots", (len(STRIP),) * 3, ("spin",), _slots)
ROULETTE = ChanceGame("roulette", (POCKETS,), (*OUTSIDE, *map(str, range(POCKETS))), _roulette)
CHANCE_GAMES = {game.name: game for game in (COIN, DICE, SLOTS, ROULETTE)}
