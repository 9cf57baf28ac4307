"""Health of endpoints: failing ones are probed; pure bookkeeping."""

from dataclasses import dataclass

from bot.outbox.endpoints import FAILING_AFTER

PROBE_STEP_MS = 5_000
PROBE_LONGEST_MS = 300_000
PROBE_SOON_MS = 20_000


@dataclass(slots=True)
class _Record:
    in_a_row: int
    probes: int = 0  # failed ones
    probe_at: int = 0


class EndpointHealth:
    """An endpoint with 5 failures in a row is probed: one request in flight, at growing gaps.

    Gaps are 5, 10, 20, … seconds up to 5 minutes, so that neither a crowd of waiting retries
    meets a receiver that just came back, nor a short outage uses up the failures that disable it.
    While the fault is ours they are 20 seconds at most: a suspicion lasts for 30 without news.
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

    def failed(self, endpoint_id: int, now: int, *, is_ours: bool = False) -> bool:
        """Note a failed attempt; true when the endpoint is being probed from now on."""
        record = self._records.setdefault(endpoint_id, _Record(0))
        record.in_a_row += 1
        if record.in_a_row < FAILING_AFTER:
            return False
        if now >= record.probe_at:  # a probe, not one of the crowd that was in flight before it
            longest = PROBE_SOON_MS if is_ours else PROBE_LONGEST_MS
            gap = min(PROBE_STEP_MS << min(record.probes, 16), longest)
            record.probes += 1
            record.probe_at = now + gap
        return record.in_a_row == FAILING_AFTER

    def well(self, endpoint_id: int) -> bool:
        """Forget its failures: an attempt succeeded or a person said go; true if it was probed."""
        record = self._records.pop(endpoint_id, None)
        return record is not None and record.in_a_row >= FAILING_AFTER
