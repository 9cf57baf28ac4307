"""Rate limits: a token bucket for each endpoint that has one, and what receivers asked for."""

from bot.clock import Clock, to_ms
from bot.rates import Bucket

MINUTE_MS = 60_000
LONGEST_MS = 43_200_000  # the last step of any schedule: no Retry-After counts for more


class RateLimits:
    """An endpoint with a limit of n makes at most n attempts in any minute, whenever it begins.

    Its bucket holds what n makes in a second, at least one, and the rest is spread evenly: a small
    crowd goes at once, a long queue at n minus all but one of these a minute. One whose receiver
    asked for time (Retry-After) is sent nothing before.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[int, Bucket] = {}
        self._waiting: dict[int, int] = {}
        self._held: dict[int, int] = {}
        self._ordered: dict[int, int] = {}

    def limit(self, endpoint_id: int, per_minute: int | None) -> None:
        """Set the limit or lift it; one that stays as it was keeps what is in its bucket."""
        if per_minute is None:
            self._lift(endpoint_id)
            return
        burst = max(per_minute // 60, 1)
        rate = per_minute - burst + 1
        known = self._buckets.get(endpoint_id)
        if known is None or (known.burst, known.rate) != (burst, rate):
            self._lift(endpoint_id)
            self._buckets[endpoint_id] = Bucket(burst, MINUTE_MS, rate)

    def hold(self, endpoint_id: int, until: int) -> None:
        """Its receiver wants no request before that moment (ms); one that is past ends the wait."""
        self._hold(self._held, endpoint_id, until)

    def hold_in_order(self, endpoint_id: int, until: int) -> None:
        """The first of its queue is tried again at that moment (ms); but for tests all wait."""
        self._hold(self._ordered, endpoint_id, until)

    def _hold(self, held: dict[int, int], endpoint_id: int, until: int) -> None:
        now = to_ms(self._clock.now())
        if until > now:
            held[endpoint_id] = min(until, now + LONGEST_MS)
        else:
            held.pop(endpoint_id, None)

    def held_until(self, endpoint_id: int, *, is_test: bool = False) -> int:
        """The moment (ms) before which nothing is to be sent there, or no test; 0 for none."""
        ordered = 0 if is_test else self._ordered.get(endpoint_id, 0)
        return max(self._held.get(endpoint_id, 0), ordered)

    def forget(self, endpoint_id: int) -> None:
        """It was deleted."""
        self._lift(endpoint_id)
        self._held.pop(endpoint_id, None)
        self._ordered.pop(endpoint_id, None)

    def _lift(self, endpoint_id: int) -> None:
        self._buckets.pop(endpoint_id, None)
        self._waiting.pop(endpoint_id, None)

    def holds_back(self, endpoint_id: int, *, is_test: bool = False) -> bool:
        """Whether its bucket is empty, or its receiver asked for time; then it is noted."""
        bucket = self._buckets.get(endpoint_id)
        if bucket is None and endpoint_id not in self._held and endpoint_id not in self._ordered:
            return False
        now = to_ms(self._clock.now())  # first: it may tell that the clock was set
        held = self.held_until(endpoint_id, is_test=is_test)
        opens_at = max(held, 0 if bucket is None else bucket.opens_at())
        if opens_at <= now:
            return False
        self._waiting[endpoint_id] = opens_at
        return True

    def take(self, endpoint_id: int) -> None:
        """An attempt is made."""
        bucket = self._buckets.get(endpoint_id)
        if bucket is not None:
            bucket.spend(to_ms(self._clock.now()))

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
            bucket.shift(by)
        for moments in (self._waiting, self._held, self._ordered):
            for endpoint_id in moments:
                moments[endpoint_id] += by
