"""Game of a duel: two dice in sight, two hidden moves, and the higher count takes the round.

1. Each round begins with a die for each side, open to everybody.
2. Each side secretly takes a stance, but not the one that it took in the round before, and puts
   one of its two points of focus into it or none.
3. The count is the die, 4 more where the stance beats the other's, 2 more with focus. Strike beats
   feint, feint beats guard, guard beats strike. The higher count takes the round; of equal ones
   neither does.
4. Two rounds win. After five rounds whoever is ahead has won; with nobody ahead it is a draw.

As 4 and 2 are more than two dice can differ by, no roll decides a round by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.seeds import RoundSeeds

FACES = 6
STANCE_COUNT, FOCUS_COUNT = 4, 2
FOCUS = 2  # points of each side for all of it
NEEDED = 2  # rounds
LONGEST = 5  # rounds

Dice = tuple[int, int]
"""What the challenger's die shows, and the opponent's."""


class Stance(StrEnum):
    """Stance that a side takes for a round."""

    STRIKE = "s"
    FEINT = "f"
    GUARD = "g"

    @property
    def beaten(self) -> "Stance":
        """The one that it beats."""
        return BEATEN[self]


BEATEN = {
    Stance.STRIKE: Stance.FEINT,
    Stance.FEINT: Stance.GUARD,
    Stance.GUARD: Stance.STRIKE,
}


@dataclass(frozen=True, slots=True)
class DuelMove:
    """Move of a side: its stance, and whether a point of focus goes into it."""

    stance: Stance
    is_focused: bool

    @property
    def code(self) -> str:
        """As it is written down: `s+` is a strike with focus, `g-` a guard without."""
        return self.stance.value + ("+" if self.is_focused else "-")

    @classmethod
    def of(cls, code: str) -> "DuelMove":
        """The move that is written so."""
        return cls(Stance(code[0]), code[1] == "+")

    def count(self, die: int, against: "DuelMove") -> int:
        """What it counts with that die."""
        gained = STANCE_COUNT if self.stance.beaten is against.stance else 0
        return die + gained + (FOCUS_COUNT if self.is_focused else 0)


MOVES = tuple(DuelMove(stance, focused) for focused in (False, True) for stance in Stance)


@dataclass(frozen=True, slots=True)
class DuelRound:
    """Round that was played, the challenger's side first."""

    dice: Dice
    moves: tuple[DuelMove, DuelMove]

    @property
    def counts(self) -> tuple[int, int]:
        mine, theirs = self.moves
        return mine.count(self.dice[0], theirs), theirs.count(self.dice[1], mine)

    @property
    def winner(self) -> int | None:
        """The side that took it, 0 or 1; None where it is nobody's."""
        return ahead(*self.counts)


@dataclass(frozen=True, slots=True)
class Bout:
    """Rounds of a duel so far; a side is 0 for the challenger and 1 for the opponent."""

    rounds: tuple[DuelRound, ...] = ()

    @classmethod
    def of(cls, code: str) -> "Bout":
        """The rounds that are written so."""
        parts = (code[at : at + 6] for at in range(0, len(code), 6))
        return cls(
            tuple(
                DuelRound(dice_of(part[:2]), (DuelMove.of(part[2:4]), DuelMove.of(part[4:])))
                for part in parts
            )
        )

    @property
    def code(self) -> str:
        """As it is written down, six characters a round: both dice, then both moves."""
        return "".join(
            dice_code(one.dice) + "".join(move.code for move in one.moves) for one in self.rounds
        )

    @property
    def number(self) -> int:
        """Number of the round that comes next, from 1 on."""
        return len(self.rounds) + 1

    @property
    def wins(self) -> tuple[int, int]:
        """Rounds that each side has taken."""
        taken = [one.winner for one in self.rounds]
        return taken.count(0), taken.count(1)

    @property
    def is_over(self) -> bool:
        return max(self.wins) == NEEDED or len(self.rounds) == LONGEST

    @property
    def leader(self) -> int | None:
        """The side that is ahead."""
        return ahead(*self.wins)

    def focus(self, side: int) -> int:
        """Points of focus that a side has left."""
        return FOCUS - sum(one.moves[side].is_focused for one in self.rounds)

    def barred(self, side: int) -> Stance | None:
        """The stance that a side cannot take now: it took it in the round before."""
        return self.rounds[-1].moves[side].stance if self.rounds else None

    def allows(self, side: int, move: DuelMove) -> bool:
        """Whether a side can make that move now."""
        return move.stance is not self.barred(side) and move.is_focused <= self.focus(side)

    def moves(self, side: int) -> Sequence[DuelMove]:
        """Every move that a side can make now."""
        return [one for one in MOVES if self.allows(side, one)]

    def after(self, dice: Dice, moves: tuple[DuelMove, DuelMove]) -> "Bout":
        """As it is when both have moved."""
        return Bout((*self.rounds, DuelRound(dice, moves)))


def ahead(mine: int, theirs: int) -> int | None:
    """The side with more, 0 or 1; None where both are equal."""
    if mine == theirs:
        return None
    return 0 if mine > theirs else 1


def rolled(seed: bytes, duel_id: int, number: int) -> Dice:
    """The dice of a duel's round, as its seed has them."""
    stream = RoundSeeds(seed, str(duel_id), number).stream()
    return stream.below(FACES) + 1, stream.below(FACES) + 1


def dice_code(dice: Dice) -> str:
    return f"{dice[0]}{dice[1]}"


def dice_of(code: str) -> Dice:
    return int(code[0]), int(code[1])
