"""Faults of our own, told from those of receivers by what comes back from all of them together."""

from collections import Counter, deque
from collections.abc import Callable
from typing import TypeVar

from bot.dialects.base import Reach

Key = TypeVar("Key")

WINDOW_MS = 30_000
CROWD = 5  # endpoints, on as many hosts


class _Suspicion:
    """Attempts that ended in one way, since the last proof that it is not our doing."""

    def __init__(self) -> None:
        self._tried: deque[tuple[int, int, str]] = deque()
        self._endpoints: Counter[int] = Counter()
        self._hosts: Counter[str] = Counter()
        self._blamed: deque[tuple[int, int]] = deque()
        self._owed: Counter[int] = Counter()
        self._is_clear = True

    def note(self, now: int, endpoint_id: int, host: str, *, is_silent: bool = True) -> bool:
        """Note one more; true where enough of them ended so in the last 30 seconds.

        Those that came before they were enough were blamed, and are owed it from then on.
        """
        self._is_clear = False
        self._tried.append((now, endpoint_id, host))
        self._endpoints[endpoint_id] += 1
        self._hosts[host] += 1
        self._forget(now - WINDOW_MS)
        is_crowd = len(self._endpoints) >= CROWD and len(self._hosts) >= CROWD
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

    *The network*: at least 5 endpoints on 5 hosts were tried within 30 seconds and nothing came
    back, neither a refusal nor an answer, and Discord is silent too. *Authorities and clock*: as
    many were told apart by nothing but their certificates, all of an unknown authority or all not
    valid now, and none was trusted. Each suspicion ends with its 30 seconds unless others confirm
    it, and at once with the first proof. What this machine lacks is ours without any of this.

    The first four of a crowd count, for nobody knows yet; the next such failure of each then does
    not, or hours without a network, with a try now and then, would switch the same four off.

    `is_heard` says whether Discord's gateway is there; without one nobody hears anything.
    """

    def __init__(self) -> None:
        self.is_heard: Callable[[], bool] = lambda: False
        self._network = _Suspicion()
        self._authority = _Suspicion()
        self._clock = _Suspicion()

    def note(self, now: int, endpoint_id: int, host: str, reach: Reach) -> bool:
        """Note one attempt; true where its failure is ours."""
        match reach:
            case Reach.OURS:
                return True
            case Reach.NOWHERE:
                is_silent = not self.is_heard()
                return self._network.note(now, endpoint_id, host, is_silent=is_silent)
            case Reach.UNKNOWN_AUTHORITY:
                self._network.clear()
                return self._authority.note(now, endpoint_id, host)
            case Reach.WRONG_TIME:
                self._network.clear()
                self._authority.clear()
                return self._clock.note(now, endpoint_id, host)
            case Reach.NETWORK:
                self._network.clear()
            case Reach.TRUSTED:
                for suspicion in (self._network, self._authority, self._clock):
                    suspicion.clear()
        return False

    def make_good(self, endpoint_id: int, reach: Reach) -> bool:
        """Whether a failure that is not ours makes up for one that was and counted."""
        match reach:
            case Reach.NOWHERE:
                return not self.is_heard() and self._network.make_good(endpoint_id)
            case Reach.UNKNOWN_AUTHORITY:
                return self._authority.make_good(endpoint_id)
            case Reach.WRONG_TIME:
                return self._clock.make_good(endpoint_id)
            case _:
                return False


def _take_one(counts: Counter[Key], key: Key) -> None:
    counts[key] -= 1
    if not counts[key]:
        del counts[key]
