"""Pay table: how likely each return of a stake is, exactly, and what the house keeps by it."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


def paid(stake: int, factor: Fraction) -> int:
    """What comes back of a stake, in the currency's smallest unit; a part of one is rounded down.

    `factor` counts the stake itself: 2 is the stake and as much again, 1 the stake alone.
    """
    return stake * factor.numerator // factor.denominator


@dataclass(frozen=True, slots=True)
class PayTable:
    """Returns of a stake, the largest first, each with its chance; the chances add up to one."""

    chances: tuple[tuple[Fraction, Fraction], ...]

    @classmethod
    def of(cls, returns: Iterable[tuple[Fraction, Fraction]]) -> "PayTable":
        """The table of these returns and their chances, some of them alike."""
        summed = dict[Fraction, Fraction]()
        for factor, chance in returns:
            summed[factor] = summed.get(factor, Fraction()) + chance
        return cls(tuple(sorted(summed.items(), reverse=True)))

    @property
    def win_chance(self) -> Fraction:
        """How likely more comes back than was staked."""
        return sum((chance for factor, chance in self.chances if factor > 1), Fraction())

    def chance_of(self, factor: Fraction) -> Fraction:
        """How likely just that comes back."""
        return dict(self.chances).get(factor, Fraction())

    @property
    def most(self) -> Fraction:
        """The largest return there is."""
        return self.chances[0][0]

    def edge(self, stake: int | None = None) -> Fraction:
        """What the house keeps of a stake on average, as a part of it.

        With a stake, what rounding takes of just that is counted in.
        """
        if stake is None:
            return 1 - sum((factor * chance for factor, chance in self.chances), Fraction())
        back = sum((paid(stake, factor) * chance for factor, chance in self.chances), Fraction())
        return 1 - back / stake
