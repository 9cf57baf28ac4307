"""Ratings of duelists: Elo's, whole points that one gains and the other loses."""

K = 32
START = 1000


def expected(mine: int, theirs: int) -> float:
    """Score that the first of two is expected to make against the second, from 0 to 1.

    E = 1 / (1 + 10^((theirs - mine) / 400)): A. Elo, *The Rating of Chessplayers, Past and
    Present* (1978), in the logistic form of
    https://en.wikipedia.org/wiki/Elo_rating_system#Mathematical_details.
    """
    return 1 / (1 + 10 ** ((theirs - mine) / 400))


def gain(mine: int, theirs: int, score: float) -> int:
    """Points that the first of two gains; the second loses as many. Negative where they lose.

    K · (S - E), with S 1 for a win, ½ for a draw and 0 for a loss (the same page), in whole points.
    """
    return round(K * (score - expected(mine, theirs)))
