"""Faults of our own, told from those of receivers by what comes back from all of them together."""

from collections import Counter, deque
from collections.abc import Callable
from typing import TypeVar

from bot.dialects.base import Answer, Reach

Key = TypeVar("Key")

WINDOW_MS = 30_000
CROWD = 5  # endpoints, on as many hosts
REFUSALS = frozenset({400, 401, 403, 422})  # statuses of receivers that trust no signature


class _Suspicion:
    """Attempts that ended in one way, since the last proof that it is not our doing."""

    def __init__(self) -> None:
        self._tried: deque[tuple[int, int, str]] = deque()
        self._endpoints: Counter[int] = Counter()
        self._hosts: Counter[str] = Counter()
        self._blamed: deque[tuple[int, int]] = deque()
        self._owed: Counter[int] = Counter()
        self._is_clear = True

    def note(
        self,
        now: int,
        endpoint_id: int,
        host: str,
        *,
        crowd: int = CROWD,
        is_silent: bool = True,
    ) -> bool:
        """Note one more; true where enough of them ended so in the last 30 seconds.

        Those that came before they were enough were blamed, and are owed it from then on.
        """
        self._is_clear = False
        self._tried.append((now, endpoint_id, host))
        self._endpoints[endpoint_id] += 1
        self._hosts[host] += 1
        self._forget(now - WINDOW_MS)
        is_crowd = len(self._endpoints) >= crowd and len(self._hosts) >= crowd
        if not is_crowd or not is_silent:
            self._blamed.append((now, endpoint_id))
            return False
        self._owed.update(blamed for _, blamed in self._blamed)
        self._blamed.clear()
        return True

    def make_good(self, endpoint_id: int) -> bool:
        """Whether one failure more was counted than should have been; once for each."""
        if not self._owed[endpoint_id]:
            return False
        _take_one(self._owed, endpoint_id)
        return True

    def clear(self) -> None:
        if self._is_clear:
            return
        self._is_clear = True
        for noted in (self._tried, self._endpoints, self._hosts, self._blamed, self._owed):
            noted.clear()

    def _forget(self, before: int) -> None:
        while self._tried and self._tried[0][0] < before:
            _, endpoint_id, host = self._tried.popleft()
            _take_one(self._endpoints, endpoint_id)
            _take_one(self._hosts, host)
        while self._blamed and self._blamed[0][0] < before:
            self._blamed.popleft()


class FaultFinder:
    """Finder of our own faults: an attempt that failed by one of them does not count.

    *The network*: nothing came back, neither a refusal nor an answer, for 30 seconds from anybody,
    and Discord is silent too; where no gateway is a witness, it takes at least 5 endpoints on 5
    hosts that were tried meanwhile. *Authorities and clock*: as many were told apart by nothing but
    their certificates, all of an unknown authority or all not valid now, and none was trusted. *The
    proxy*: it says that it did not get there, or what it let through is nobody's TLS, unless
    another attempt got further in the last 30 seconds; then it takes as many as well. Each
    suspicion ends with its 30 seconds unless others confirm it, and at once with the first proof.
    What this machine lacks is ours without any of this, a clock that is wrong or in doubt too: what
    receivers refuse then, they may refuse for the time of its signature.

    The first four of a crowd count, for nobody knows yet; the next such failure of each then does
    not, or hours without a network, with a try now and then, would switch the same four off.

    `is_heard` says whether Discord's gateway is there; None where this process has none to hear.
    """

    def __init__(self) -> None:
        self.is_heard: Callable[[], bool | None] = lambda: None
        self.is_clock_doubted: Callable[[], bool] = lambda: False
        self._proved_at: int | None = None  # ms; when something last came back
        self._network = _Suspicion()
        self._authority = _Suspicion()
        self._clock = _Suspicion()
        self._proxy = _Suspicion()
        self._trusted_at: int | None = None  # ms; when TLS was last agreed on

    def note(self, now: int, endpoint_id: int, host: str, reach: Reach) -> bool:
        """Note one attempt; true where its failure is ours."""
        match reach:
            case Reach.OURS:
                return True
            case Reach.NOWHERE:
                return self._lost(now, endpoint_id, host)
            case Reach.PROXY:
                return self._stuck(now, endpoint_id, host)
            case Reach.UNKNOWN_AUTHORITY:
                self._came_back(now)
                return self._authority.note(now, endpoint_id, host)
            case Reach.WRONG_TIME:
                self._came_back(now)
                self._authority.clear()
                return self._clock.note(now, endpoint_id, host)
            case Reach.NETWORK:
                self._came_back(now)
            case Reach.TRUSTED:
                self._came_back(now)
                self._authority.clear()
                self._clock.clear()
                self._proxy.clear()
                self._trusted_at = now
        return False

    def is_by_clock(self, answer: Answer, *, signs_time: bool) -> bool:
        """Whether our wrong clock is why a receiver trusted us not, or its certificate seems old.

        `signs_time`: whether it looks at the time of a signature at all.
        """
        is_refused = signs_time and answer.status in REFUSALS
        return self.is_clock_doubted() and (is_refused or answer.reach is Reach.WRONG_TIME)

    def make_good(self, endpoint_id: int, reach: Reach) -> bool:
        """Whether a failure that is not ours makes up for one that was and counted."""
        match reach:
            case Reach.NOWHERE:
                return not self.is_heard() and self._network.make_good(endpoint_id)
            case Reach.PROXY:
                return self._proxy.make_good(endpoint_id)
            case Reach.UNKNOWN_AUTHORITY:
                return self._authority.make_good(endpoint_id)
            case Reach.WRONG_TIME:
                return self._clock.make_good(endpoint_id)
            case _:
                return False

    def _lost(self, now: int, endpoint_id: int, host: str) -> bool:
        """Note one of which nothing came back; with a gateway as witness it needs no others."""
        heard = self.is_heard()
        is_proved = _is_recent(self._proved_at, now)
        crowd = 1 if heard is False and not is_proved else CROWD
        return self._network.note(now, endpoint_id, host, crowd=crowd, is_silent=not heard)

    def _stuck(self, now: int, endpoint_id: int, host: str) -> bool:
        """Note one that came no further than the proxy; only who got further speaks for it."""
        crowd = CROWD if _is_recent(self._trusted_at, now) else 1
        return self._proxy.note(now, endpoint_id, host, crowd=crowd)

    def _came_back(self, now: int) -> None:
        """There is a network."""
        self._network.clear()
        self._proved_at = now


def _is_recent(moment: int | None, now: int) -> bool:
    return moment is not None and 0 <= now - moment < WINDOW_MS


def _take_one(counts: Counter[Key], key: Key) -> None:
    counts[key] -= 1
    if not counts[key]:
        del counts[key]
