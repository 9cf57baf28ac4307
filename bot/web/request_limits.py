"""So many requests from one address or to one link, and no more; bounded in what it remembers."""

from collections import OrderedDict
from datetime import datetime
from hashlib import blake2b

from bot.clock import EPOCH, Clock

REMEMBERED = 10_000
ROUNDING = 1e-6  # seconds that sums of fractions may leave over


class Limiter:
    """`burst` requests at once, then one every `every` seconds; for each key by itself.

    A key is one number: the moment at which it has paid for all it took. Past moments mean as
    much as no entry, so those go first; under a flood of keys the longest unused go too.
    """

    def __init__(
        self, clock: Clock, *, burst: int, every: float, remembered: int = REMEMBERED
    ) -> None:
        self._clock = clock
        self._burst = burst
        self._every = every
        self._remembered = remembered
        self._paid_at: OrderedDict[bytes, float] = OrderedDict()  # the longest unused first

    def __len__(self) -> int:
        return len(self._paid_at)

    def take(self, key: str, cost: int = 1) -> float:
        """Take `cost` of what the key has left: 0, or the seconds to wait, with nothing taken."""
        now = _seconds(self._clock.now())
        digest = blake2b(key.encode(), digest_size=16).digest()  # a key may be a long link
        # A clock set back must lock nobody out for longer than the whole burst takes.
        longest = now + self._burst * self._every
        paid_at = min(max(self._paid_at.get(digest, now), now), longest)
        wait = paid_at + cost * self._every - longest
        if wait > ROUNDING:
            if digest in self._paid_at:
                self._paid_at[digest] = paid_at
            return wait
        self._paid_at[digest] = paid_at + cost * self._every
        self._paid_at.move_to_end(digest)
        self._forget(now)
        return 0.0

    def _forget(self, now: float) -> None:
        """Two leave for one that comes, so what a flood brought goes again."""
        for _turn in range(2):
            oldest = next(iter(self._paid_at))
            if len(self._paid_at) <= self._remembered and self._paid_at[oldest] > now:
                return
            del self._paid_at[oldest]


def _seconds(moment: datetime) -> float:
    return (moment - EPOCH).total_seconds()
