"""Verification of a round: everything about it worked out once more, from its seeds alone."""

from dataclasses import dataclass
from fractions import Fraction

from bot.features.casino.blackjack import BlackjackTable
from bot.features.casino.games import CHANCE_GAMES, DrawnNumbers
from bot.features.casino.model import BLACKJACK, RULES, CasinoRound
from bot.features.casino.pay_table import paid
from bot.seeds import commitment


@dataclass(frozen=True, slots=True)
class VerifiedRound:
    """Round with what its seeds give: numbers or a table, and what had to be paid.

    `payout` is None where it was played by other rules than today's. Of one whose seed is lost
    nothing can be worked out.
    """

    round: CasinoRound
    commitment: str | None
    numbers: DrawnNumbers
    table: BlackjackTable | None
    payout: int | None

    @property
    def agrees(self) -> bool:
        """Whether what was paid is what had to be."""
        return self.payout is not None and self.payout == self.round.payout


def verified(one: CasinoRound) -> VerifiedRound:
    """What its seeds give, of a round that is over."""
    if one.seed is None:
        return VerifiedRound(one, None, (), None, None)
    shown, numbers, table = commitment(one.seed), (), None
    factor: Fraction | None = None
    if one.rules == RULES and one.game == BLACKJACK:
        table = one.table()
        factor = None if table.result is None else table.factor
    elif one.rules == RULES:
        game = CHANCE_GAMES[one.game]
        numbers = game.draw(one.seeds.stream())
        factor = game.factor(one.choice, numbers)
    payout = None if factor is None else paid(one.staked, factor)
    return VerifiedRound(one, shown, numbers, table, payout)
