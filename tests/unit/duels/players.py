"""Players of duels as programs: one that thinks, one that does not, and one with a habit."""

from collections.abc import Callable, Sequence
from random import Random

from bot.features.duels.game import FACES, Bout, Dice, DuelMove, Stance

Player = Callable[[Random, Bout, Dice, int], DuelMove]
"""Chooses a move for a side, of what both see."""

SAVED = 0.18
"""What a point of focus is worth if it is kept, in rounds."""


def careless(random: Random, bout: Bout, _dice: Dice, side: int) -> DuelMove:
    """Any move that there is."""
    return random.choice(bout.moves(side))


def sensible(random: Random, bout: Bout, dice: Dice, side: int) -> DuelMove:
    """What is best against everything that the other can do, with focus kept where it is idle."""
    others = bout.moves(1 - side)
    return best(random, bout, dice, side, others)


def reader(stance: Stance) -> Player:
    """Expects a habit: that stance whenever it can be taken."""

    def player(random: Random, bout: Bout, dice: Dice, side: int) -> DuelMove:
        others = [one for one in bout.moves(1 - side) if one.stance is stance]
        return best(random, bout, dice, side, others or bout.moves(1 - side))

    return player


def habitual(stance: Stance) -> Player:
    """Takes that stance whenever it can, and plays well otherwise."""

    def player(random: Random, bout: Bout, dice: Dice, side: int) -> DuelMove:
        own = [one for one in bout.moves(side) if one.stance is stance]
        return random.choice(own) if own else sensible(random, bout, dice, side)

    return player


def best(random: Random, bout: Bout, dice: Dice, side: int, others: Sequence[DuelMove]) -> DuelMove:
    """The move that takes most rounds against these."""

    def worth(move: DuelMove) -> float:
        won = 0
        for other in others:
            mine, theirs = move.count(dice[side], other), other.count(dice[1 - side], move)
            won += (mine > theirs) - (mine < theirs)
        return round(won / len(others) - SAVED * move.is_focused, 6)

    most = max(map(worth, bout.moves(side)))
    return random.choice([one for one in bout.moves(side) if worth(one) == most])


def fought(random: Random, mine: Player, theirs: Player) -> Bout:
    """A whole duel."""
    bout = Bout()
    while not bout.is_over:
        dice = random.randint(1, FACES), random.randint(1, FACES)
        moves = mine(random, bout, dice, 0), theirs(random, bout, dice, 1)
        bout = bout.after(dice, moves)
    return bout
