"""Rates: how much may come at once and over time, reckoned from moments that the caller tells.

Moments are whole milliseconds of one clock, which does not go back unless `shift` says so.
"""

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, Protocol, TypeVar


@dataclass(slots=True)
class Bucket:
    """Token bucket: holds `burst` and is filled by `rate` every `period` ms (GCRA).

    `full_at` is the moment from which it is full, in parts of a ms, `rate` of them to each: so it
    reckons in whole numbers, and one token is `period` of these parts.
    """

    burst: int
    period: int
    rate: int = 1
    full_at: int = 0

    def opens_at(self, cost: int = 1) -> int:
        """The moment from which it holds so many."""
        return -(((self.burst - cost) * self.period - self.full_at) // self.rate)

    def spend(self, now: int, cost: int = 1) -> None:
        """Take so many, whether it holds them or not."""
        self.full_at = max(self.full_at, now * self.rate) + cost * self.period

    def take(self, now: int, cost: int = 1) -> int:
        """Take so many where it holds them: 0, or the ms to wait, with nothing taken."""
        # A clock set back must lock nobody out for longer than the whole burst takes.
        self.full_at = max(self.full_at, now * self.rate)
        self.full_at = min(self.full_at, now * self.rate + self.burst * self.period)
        wait = self.opens_at(cost) - now
        if wait > 0:
            return wait
        self.spend(now, cost)
        return 0

    def shift(self, by: int) -> None:
        """The clock was set by so many ms: it fills as if it had not been."""
        self.full_at += by * self.rate

    def is_unused(self, now: int) -> bool:
        """Whether it is full, as a new one is."""
        return self.full_at <= now * self.rate


@dataclass(slots=True)
class Window:
    """Sliding window: what came in the last `span` ms, remembered and counted up to `limit`."""

    limit: int
    span: int
    _moments: deque[int] = field(default_factory=deque[int])

    def add(self, now: int) -> bool:
        """One more comes; whether that makes `limit` of them or more."""
        self._moments.append(now)
        if len(self._moments) > self.limit:
            self._moments.popleft()
        return self.count(now) == self.limit

    def count(self, now: int) -> int:
        """How many came, at most `limit`."""
        while self._moments and now - self._moments[0] >= self.span:
            self._moments.popleft()
        return len(self._moments)

    def is_unused(self, now: int) -> bool:
        """Whether it holds nothing, as a new one does."""
        return self.count(now) == 0


class Rate(Protocol):
    """A bucket or a window."""

    def is_unused(self, now: int) -> bool: ...


K = TypeVar("K")
R = TypeVar("R", bound=Rate)


class Keyed(Generic[K, R]):
    """A rate for each key, in bounded memory.

    An unused one means as much as none, so those go first; under a flood of keys the longest
    unkept go too.
    """

    def __init__(self, make: Callable[[], R], *, most: int = 10_000) -> None:
        self._make = make
        self._most = most
        self._kept: OrderedDict[K, R] = OrderedDict()  # the longest unkept first

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, key: K) -> R:
        """The key's own, or a new one, which is forgotten unless it is kept."""
        return self._kept.get(key) or self._make()

    def keep(self, key: K, rate: R, now: int) -> None:
        """Remember what was taken or added."""
        self._kept[key] = rate
        self._kept.move_to_end(key)
        # Two leave for one that comes, so what a flood brought goes again.
        for oldest, other in list(islice(self._kept.items(), 2)):
            if len(self._kept) <= self._most and not other.is_unused(now):
                return
            del self._kept[oldest]
