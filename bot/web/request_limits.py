"""Request limits: so many for one key, and no more; bounded in what they remember."""

from hashlib import blake2b

from bot.clock import Clock, to_ms
from bot.rates import Bucket, Keyed


class Limiter:
    """`burst` requests at once, then one every `every` seconds; for each key by itself."""

    def __init__(self, clock: Clock, *, burst: int, every: float, remembered: int = 10_000) -> None:
        self._clock = clock
        period = round(every * 1000)
        self._buckets = Keyed[bytes, Bucket](lambda: Bucket(burst, period), most=remembered)

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, key: str, cost: int = 1) -> float:
        """Take `cost` of what the key has left: 0, or the seconds to wait, with nothing taken."""
        now = to_ms(self._clock.now())
        digest = blake2b(key.encode(), digest_size=16).digest()  # a key may be a long link
        bucket = self._buckets.of(digest)
        wait = bucket.take(now, cost)
        if not wait:
            self._buckets.keep(digest, bucket, now)
        return wait / 1000
