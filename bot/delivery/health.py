"""Health of endpoints: failing ones are probed, or the fault is ours; pure bookkeeping."""

from collections import Counter, deque
from dataclasses import dataclass
from typing import TypeVar

Key = TypeVar("Key")

FAILING_AFTER = 5
PROBE_STEP_MS = 5_000
PROBE_LONGEST_MS = 300_000

FAULT_WINDOW_MS = 30_000
FAULT_HOSTS = 5


@dataclass(slots=True)
class _Record:
    in_a_row: int
    probes: int = 0  # failed ones
    probe_at: int = 0


class EndpointHealth:
    """An endpoint with 5 failures in a row is probed: one request in flight, at growing gaps.

    Gaps are 5, 10, 20, … seconds up to 5 minutes, so that neither a crowd of waiting retries
    meets a receiver that just came back, nor a short outage uses up the failures that disable it.
    """

    def __init__(self) -> None:
        self._records: dict[int, _Record] = {}

    def is_failing(self, endpoint_id: int) -> bool:
        record = self._records.get(endpoint_id)
        return record is not None and record.in_a_row >= FAILING_AFTER

    def probe_at(self, endpoint_id: int) -> int:
        """The earliest moment (ms) for the next request; 0 for an endpoint that is not probed."""
        record = self._records.get(endpoint_id)
        return record.probe_at if record else 0

    def restore(self, endpoint_id: int, in_a_row: int) -> None:
        """Take over what an earlier process had counted; the first probe may go at once."""
        self._records[endpoint_id] = _Record(in_a_row)

    def clock_set(self, by: int) -> None:
        """The time of day was set by so many ms: every probe keeps its distance."""
        for record in self._records.values():
            record.probe_at += by

    def failed(self, endpoint_id: int, now: int) -> bool:
        """Note a failed attempt; true when the endpoint is being probed from now on."""
        record = self._records.setdefault(endpoint_id, _Record(0))
        record.in_a_row += 1
        if record.in_a_row < FAILING_AFTER:
            return False
        if now >= record.probe_at:  # a probe, not one of the crowd that was in flight before it
            gap = min(PROBE_STEP_MS << min(record.probes, 16), PROBE_LONGEST_MS)
            record.probes += 1
            record.probe_at = now + gap
        return record.in_a_row == FAILING_AFTER

    def well(self, endpoint_id: int) -> bool:
        """Forget its failures: an attempt succeeded or a person said go; true if it was probed."""
        was_failing = self.is_failing(endpoint_id)
        self._records.pop(endpoint_id, None)
        return was_failing


class FaultFinder:
    """Finder of our own faults: many hosts were tried lately and none was reached.

    At least 5 endpoints on 5 hosts within 30 seconds, none of which got a connection. It stays
    ours until anybody gets one: in a long outage the probes come minutes apart, and each round of
    them would begin with four that count.
    """

    def __init__(self) -> None:
        self._tried: deque[tuple[int, int, str]] = deque()
        self._endpoints: Counter[int] = Counter()
        self._hosts: Counter[str] = Counter()
        self.is_ours = False

    def note(self, now: int, endpoint_id: int, host: str, *, connected: bool) -> None:
        """Note one attempt; a connection clears all suspicion."""
        if connected:
            self._tried.clear()
            self._endpoints.clear()
            self._hosts.clear()
            self.is_ours = False
            return
        self._tried.append((now, endpoint_id, host))
        self._endpoints[endpoint_id] += 1
        self._hosts[host] += 1
        while self._tried[0][0] < now - FAULT_WINDOW_MS:
            _, old_endpoint, old_host = self._tried.popleft()
            _take_one(self._endpoints, old_endpoint)
            _take_one(self._hosts, old_host)
        if len(self._endpoints) >= FAULT_HOSTS and len(self._hosts) >= FAULT_HOSTS:
            self.is_ours = True


def _take_one(counts: Counter[Key], key: Key) -> None:
    counts[key] -= 1
    if not counts[key]:
        del counts[key]
