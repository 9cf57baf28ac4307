"""Rate limits: a token bucket for each endpoint that has one, filled by the injected clock."""

from dataclasses import dataclass

from bot.clock import Clock, to_ms

MINUTE_MS = 60_000


@dataclass(slots=True)
class _Bucket:
    """Holds `burst`, and `rate` run in a minute; `full_at` is in parts of a ms, `rate` to each.

    So it reckons in whole numbers: an attempt takes MINUTE_MS of these parts.
    """

    limit: int
    burst: int
    rate: int
    full_at: int = 0

    @property
    def open_at(self) -> int:
        """The moment (ms) from which it holds one."""
        return -(((self.burst - 1) * MINUTE_MS - self.full_at) // self.rate)

    def take(self, now: int) -> None:
        self.full_at = max(self.full_at, now * self.rate) + MINUTE_MS


class Pace:
    """An endpoint with a limit of n makes at most n attempts in any minute, whenever it begins.

    Its bucket holds what n makes in a second, at least one, and the rest is spread evenly: a small
    crowd goes at once, a long queue at n minus all but one of these a minute.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[int, _Bucket] = {}
        self._waiting: dict[int, int] = {}

    def limit(self, endpoint_id: int, per_minute: int | None) -> None:
        """Set the limit or lift it; one that stays as it was keeps what is in its bucket."""
        known = self._buckets.get(endpoint_id)
        if known is not None and known.limit == per_minute:
            return
        self.forget(endpoint_id)
        if per_minute is not None:
            burst = max(per_minute // 60, 1)
            self._buckets[endpoint_id] = _Bucket(per_minute, burst, per_minute - burst + 1)

    def forget(self, endpoint_id: int) -> None:
        """It was deleted, or has no limit any more."""
        self._buckets.pop(endpoint_id, None)
        self._waiting.pop(endpoint_id, None)

    def holds_back(self, endpoint_id: int) -> bool:
        """Whether its bucket is empty; then it is noted as waiting."""
        bucket = self._buckets.get(endpoint_id)
        if bucket is None or bucket.open_at <= to_ms(self._clock.now()):
            return False
        self._waiting[endpoint_id] = bucket.open_at
        return True

    def take(self, endpoint_id: int) -> None:
        """An attempt is made."""
        bucket = self._buckets.get(endpoint_id)
        if bucket is not None:
            bucket.take(to_ms(self._clock.now()))

    def worth_keeping(self, endpoint_id: int) -> int | None:
        """How many of it are worth a place in memory; None where it has no limit."""
        bucket = self._buckets.get(endpoint_id)
        return None if bucket is None else 2 * bucket.burst

    def opens_at(self, endpoint_id: int) -> int:
        """When one that waits may go on (ms)."""
        return self._waiting[endpoint_id]

    def next_open(self) -> int | None:
        """The earliest moment (ms) at which one that waits may go on; None when none waits."""
        return min(self._waiting.values(), default=None)

    def over(self, now: int) -> list[int]:
        """The endpoints whose wait is over at `now` (ms); they wait no more."""
        over = [endpoint_id for endpoint_id, moment in self._waiting.items() if moment <= now]
        for endpoint_id in over:
            del self._waiting[endpoint_id]
        return over

    def clock_set(self, by: int) -> None:
        """The time of day was set by so many ms: every bucket fills as if it had not been."""
        for bucket in self._buckets.values():
            bucket.full_at += by * bucket.rate
        for endpoint_id in self._waiting:
            self._waiting[endpoint_id] += by
