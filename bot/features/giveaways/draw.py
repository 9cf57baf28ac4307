"""Draw of a giveaway: winners by weight, nobody twice, from a seed; anyone can repeat it.

The algorithm `herald-giveaway-1`, which docs/giveaways.md describes for other programs:

1. The list is a line `id:weight` for each entry, by ascending id, each ended by a line feed; its
   digest is the SHA-256 of that text.
2. Lot n = 0, 1, 2 … is the first eight bytes, big-endian, of the SHA-256 of `seed:digest:n`. With
   `total` the sum of all weights, a lot of at least 2⁶⁴ - 2⁶⁴ mod total is passed over, so that the
   rest (lot mod total) is uniform.
3. Each entry holds as many places as its weight, in the order of the list; the rest names a place.
   Whoever holds it wins, unless they have won, or the place is beyond what they still have.
"""

import secrets
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate, count

from bot.errors import UserError
from bot.texts import _

ALGORITHM = "herald-giveaway-1"
SPACE = 2**64
BYTES = 8
SEED_BYTES = 32
MOST_LOTS = 5_000_000  # so many come to nothing in no honest draw


class DrawTooLong(UserError):
    """Nearly everything that is in the drum can no longer win."""

    def __init__(self) -> None:
        super().__init__(_("Nearly nobody in it can still win: it would take too long to draw."))


def new_seed() -> str:
    """32 random bytes in hex."""
    return secrets.token_hex(SEED_BYTES)


def hash_of(seed: str) -> str:
    """What is published when it opens: the SHA-256 of the seed's text."""
    return _digest(seed)


@dataclass(frozen=True, slots=True)
class Lot:
    """Lot number `number`, which names a place of somebody's, counted from 0."""

    number: int
    rest: int  # among all places
    user_id: int
    place: int  # among theirs


class Drum:
    """Everybody who entered, by weight, and the seed that turns it."""

    def __init__(self, seed: str, weights: Mapping[int, int]) -> None:
        self.weights = dict(sorted(weights.items()))
        self.digest = _digest("".join(f"{one}:{weight}\n" for one, weight in self.weights.items()))
        self._people = list(self.weights)
        self._ends = list(accumulate(self.weights.values()))
        self._prefix = sha256(f"{seed}:{self.digest}:".encode())

    @property
    def total(self) -> int:
        """Places in all."""
        return self._ends[-1] if self._ends else 0

    def lots(self) -> Iterator[Lot]:
        """Every lot in its order, those passed over left out; nothing where nobody is in it."""
        if not self.total:
            return
        bound = SPACE - SPACE % self.total
        for number in count():
            turned = self._prefix.copy()
            turned.update(str(number).encode())
            value = int.from_bytes(turned.digest()[:BYTES])
            if value < bound:
                yield self._lot(number, value % self.total)

    def winners(self, wanted: int, left: Mapping[int, int]) -> list[int]:
        """So many in their order, fewer where no more can win; DrawTooLong where that takes ages.

        `left` is how many places somebody still has, where that is not what they entered with; 0
        is that they cannot win.
        """
        barred = sum(1 for one, places in left.items() if places <= 0 and one in self.weights)
        room = min(wanted, len(self.weights) - barred)
        won = dict[int, None]()
        if not room:
            return []
        for lot in self.lots():
            if lot.number >= MOST_LOTS:
                raise DrawTooLong
            if lot.place < left.get(lot.user_id, self.weights[lot.user_id]):
                won[lot.user_id] = None
                if len(won) == room:
                    break
        return list(won)

    def _lot(self, number: int, rest: int) -> Lot:
        at = bisect_right(self._ends, rest)
        user_id = self._people[at]
        return Lot(number, rest, user_id, rest - (self._ends[at] - self.weights[user_id]))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
