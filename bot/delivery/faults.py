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

    def note(self, now: int, endpoint_id: int, host: str) -> None:
        self._tried.append((now, endpoint_id, host))
        self._endpoints[endpoint_id] += 1
        self._hosts[host] += 1

    def clear(self) -> None:
        self._tried.clear()
        self._endpoints.clear()
        self._hosts.clear()

    def holds(self, now: int) -> bool:
        """Whether enough of them ended so in the last 30 seconds."""
        while self._tried and self._tried[0][0] < now - WINDOW_MS:
            _, endpoint_id, host = self._tried.popleft()
            _take_one(self._endpoints, endpoint_id)
            _take_one(self._hosts, host)
        return len(self._endpoints) >= CROWD and len(self._hosts) >= CROWD


class FaultFinder:
    """Finder of our own faults: an attempt that failed by one of them does not count.

    *The network*: at least 5 endpoints on 5 hosts were tried within 30 seconds and nothing came
    back, neither a refusal nor an answer, and Discord is silent too. *Authorities and clock*: as
    many were told apart by nothing but their certificates, all of an unknown authority or all not
    valid now, and none was trusted. Each suspicion ends with its 30 seconds unless others confirm
    it, and at once with the first proof. What this machine lacks is ours without any of this.

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
                self._network.note(now, endpoint_id, host)
                return self._network.holds(now) and not self.is_heard()
            case Reach.UNKNOWN_AUTHORITY:
                self._network.clear()
                self._authority.note(now, endpoint_id, host)
                return self._authority.holds(now)
            case Reach.WRONG_TIME:
                self._network.clear()
                self._authority.clear()
                self._clock.note(now, endpoint_id, host)
                return self._clock.holds(now)
            case Reach.NETWORK:
                self._network.clear()
            case Reach.TRUSTED:
                for suspicion in (self._network, self._authority, self._clock):
                    suspicion.clear()
        return False


def _take_one(counts: Counter[Key], key: Key) -> None:
    counts[key] -= 1
    if not counts[key]:
        del counts[key]
