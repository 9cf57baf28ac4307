"""Slots: the requests that may be in flight, shared out among endpoints; pure bookkeeping."""

from enum import StrEnum


class SlotWait(StrEnum):
    """Reason why an endpoint may send nothing more just now."""

    OWN = "its own requests under way"
    CROWD = "slots kept for endpoints that hold none"
    FAILING = "the share of failing endpoints"
    SILENT = "the share of silent endpoints"
    LEISURE = "time that what is fresh leaves to backlogs"
    PACE = "its rate limit"


class Slots:
    """`total` slots, at most `per_endpoint` to one, and one to an endpoint without a success yet.

    `few`, a quarter of what one may hold, are for who fails and is not probed.

    The last quarter is only for endpoints that hold none. Endpoints whose last attempt failed, or
    that are silent, share another quarter: a silent one has left a request unanswered for too long
    and stays so until a success in time. A quarter of that share is kept from the silent ones, so
    that who answers, if badly, does not wait behind who does not. (docs/decisions/0012)
    """

    def __init__(self, total: int = 256, per_endpoint: int = 16) -> None:
        quarter = total // 4
        self._total = total
        self._per_endpoint = per_endpoint
        self.few = max(per_endpoint // 4, 1)
        self._crowd = total - quarter
        self._failing_share = max(quarter, 1)
        self._silent_share = max(quarter - quarter // 4, 1)
        self._held: dict[int, int] = {}
        self.used = 0
        self._used_by_failing = 0
        self._proven: set[int] = set()
        self._failed: set[int] = set()
        self._silent: set[int] = set()
        self.bounds: dict[int, int] = {}  # what one may hold at most, whatever else it might

    @property
    def is_full(self) -> bool:
        return self.used >= self._total

    def held(self, endpoint_id: int) -> int:
        """How many slots an endpoint holds."""
        return self._held.get(endpoint_id, 0)

    def why_not(self, endpoint_id: int, *, most: int | None = None) -> SlotWait | None:
        """Why an endpoint may take no slot now; None if it may.

        `most` is how many it may hold, where that does not follow from what is known here.
        """
        held = self._held.get(endpoint_id, 0)
        if most is None:
            most = self._per_endpoint if endpoint_id in self._proven else 1
        if held >= min(most, self.bounds.get(endpoint_id, most)):
            return SlotWait.OWN
        if endpoint_id in self._silent and not self.has_room(SlotWait.SILENT):
            return SlotWait.SILENT
        if endpoint_id in self._failed and not self.has_room(SlotWait.FAILING):
            return SlotWait.FAILING
        return SlotWait.CROWD if held and self.used >= self._crowd else None

    def has_room(self, wait: SlotWait) -> bool:
        """Whether endpoints that waited for that reason may go; only of what is shared."""
        if wait is SlotWait.CROWD:
            return self.used < self._crowd
        share = self._failing_share if wait is SlotWait.FAILING else self._silent_share
        return self._used_by_failing < share

    def take(self, endpoint_id: int) -> None:
        """A request begins."""
        self._move(endpoint_id, 1)

    def give(self, endpoint_id: int) -> None:
        """A request has ended."""
        self._move(endpoint_id, -1)

    def trust(self, endpoint_id: int) -> None:
        """An attempt at it succeeded at some time: its probation is over."""
        self._proven.add(endpoint_id)

    def succeeded(self, endpoint_id: int, *, in_time: bool) -> None:
        """An attempt succeeded; only one in time ends a silence."""
        self._proven.add(endpoint_id)
        if not in_time or endpoint_id in self._failed or endpoint_id in self._silent:
            self._mark(endpoint_id, failed=False, silent=not in_time)

    def failed(self, endpoint_id: int, *, in_time: bool) -> None:
        """An attempt failed."""
        silent = endpoint_id in self._silent or not in_time
        self._mark(endpoint_id, failed=True, silent=silent)

    def fell_silent(self, endpoint_id: int) -> bool:
        """A request was not answered in time; true if this is news."""
        if endpoint_id in self._silent:
            return False
        self._mark(endpoint_id, failed=endpoint_id in self._failed, silent=True)
        return True

    def forget(self, endpoint_id: int) -> None:
        """It was deleted; what it holds it still has to give."""
        self._mark(endpoint_id, failed=False, silent=False)
        self._proven.discard(endpoint_id)

    def _is_failing(self, endpoint_id: int) -> bool:
        return endpoint_id in self._failed or endpoint_id in self._silent

    def _move(self, endpoint_id: int, by: int) -> None:
        held = self._held[endpoint_id] = self._held.get(endpoint_id, 0) + by
        if not held:
            del self._held[endpoint_id]
        self.used += by
        if endpoint_id in self._failed or endpoint_id in self._silent:
            self._used_by_failing += by

    def _mark(self, endpoint_id: int, *, failed: bool, silent: bool) -> None:
        """Put it among the failing, the silent, both or neither, with the slots it holds."""
        was_failing = self._is_failing(endpoint_id)
        for marked, kind in ((failed, self._failed), (silent, self._silent)):
            (kind.add if marked else kind.discard)(endpoint_id)
        change = self._is_failing(endpoint_id) - was_failing
        self._used_by_failing += change * self.held(endpoint_id)


SHARED = (SlotWait.CROWD, SlotWait.FAILING, SlotWait.SILENT)
"""What endpoints wait for together: a slot that any of them may take."""
