"""Priority queue with aging: the best rank goes first, and now and then whoever is oldest."""

from collections import OrderedDict
from collections.abc import Iterator
from enum import IntEnum
from itertools import chain
from typing import Generic, TypeVar

Item = TypeVar("Item")

BY_AGE = 5  # every fifth turn


class Rank(IntEnum):
    """Rank: the order in which deliveries go."""

    TEST = 0  # somebody waits for it
    URGENT = 1  # security.*
    FIRST = 2  # never tried, or part of a queue that is worked off in its order
    RETRY = 3


RANKS = tuple(Rank)  # an enumeration is slow to walk


class PriorityQueue(Generic[Item]):
    """Queue that gives the oldest of the best rank; every fifth time the oldest of all.

    So nothing is passed over for ever: what has n older ones before it goes after 5 (n + 1) turns
    at the latest, whatever comes in meanwhile; but a test, sent by hand, goes before all of them.
    """

    def __init__(self) -> None:
        self._rows: list[OrderedDict[int, Item]] = [OrderedDict() for _ in RANKS]
        self._tickets = 0
        self._turns = 0
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Item]:
        return chain.from_iterable(row.values() for row in self._rows)

    def count(self, rank: Rank) -> int:
        """How many of that rank wait."""
        return len(self._rows[rank])

    @property
    def best(self) -> Rank:
        """The best rank of which one waits."""
        for rank, row in zip(RANKS, self._rows, strict=True):
            if row:
                return rank
        raise LookupError("nobody waits")

    def put(self, rank: Rank, item: Item) -> int:
        """Take one in; the number by which it can be taken out again."""
        self._tickets += 1
        self._count += 1
        self._rows[rank][self._tickets] = item
        return self._tickets

    def take(self) -> Item | None:
        """The one whose turn it is; None where nobody waits."""
        for row in self._rows:
            if row:
                break
        else:
            return None
        self._count -= 1
        self._turns += 1
        if self._turns % BY_AGE == 0 and not self._rows[Rank.TEST]:
            row = min(filter(None, self._rows), key=_oldest)
        return row.popitem(last=False)[1]

    def remove(self, rank: Rank, ticket: int) -> None:
        """Take one out."""
        del self._rows[rank][ticket]
        self._count -= 1

    def take_last(self) -> Item:
        """Take out the youngest of the worst rank."""
        row = next(row for row in reversed(self._rows) if row)
        self._count -= 1
        return row.popitem()[1]


def _oldest(row: OrderedDict[int, Item]) -> int:
    return next(iter(row))
