"""Due times: each endpoint's next pending row, and which of them is worth claiming now."""

from collections.abc import Callable, Iterable

from bot.delivery.lanes import Lanes
from bot.logs import get_logger
from bot.outbox.rows import LeasedDelivery

AT_ONCE = 2_000

_log = get_logger("herald.delivery")


class DueTimes:
    """Pure bookkeeping; moments are in ms.

    `is_returning` says of whom deliveries are on their way back to the database: they may be the
    oldest.
    """

    def __init__(self, lanes: Lanes, is_returning: Callable[[int], bool]) -> None:
        self._lanes = lanes
        self._is_returning = is_returning
        # What is in flight, or has landed and is not yet recorded.
        self.held: Callable[[], Iterable[LeasedDelivery]] = lambda: ()
        self._next: dict[int, int] = {}
        self._was_crowded = False

    def note(self, endpoint_id: int, moment: int) -> bool:
        """A row of that endpoint is due at `moment`; true if that is sooner than was known."""
        sooner = moment < self._next.get(endpoint_id, moment + 1)
        if sooner:
            self._next[endpoint_id] = moment
        return sooner

    def is_due(self, endpoint_id: int, now: int) -> bool:
        """Whether a row of that endpoint is known to be due."""
        return self._next.get(endpoint_id, now + 1) <= now

    def next_due(self) -> int | None:
        """The earliest moment at which something can be claimed; None when nothing waits."""
        moments = [self._moment(endpoint_id) for endpoint_id in self._next]
        return min((moment for moment in moments if moment is not None), default=None)

    def wanted(self, now: int) -> dict[int, int]:
        """How many to claim of each now: as much as fits, one of who is probed."""
        wanted: dict[int, int] = {}
        ready = self._lanes.ready
        left = min(AT_ONCE, ready.limit - len(ready))
        for endpoint_id in list(self._next):
            moment = self._moment(endpoint_id)
            probed = self._lanes.is_probed(endpoint_id)
            if moment is None or moment > now or (left <= 0 and not probed):
                continue
            room = 1 if probed else min(ready.room(endpoint_id), left)
            wanted[endpoint_id] = room
            left -= room
            del self._next[endpoint_id]
        return wanted

    def rest(self) -> None:
        """Nothing can be claimed now; what all lanes have room for decides when to look again."""
        if self._lanes.is_crowded and not self._was_crowded:
            _log.debug("ready.full", waiting=len(self._lanes.ready))
        self._was_crowded = self._lanes.is_crowded

    def moved(self, endpoint_id: int) -> bool:
        """Whether a place that came free in a lane lets more be claimed.

        Where all lanes together were full, any of them may have waited for it.
        """
        was_crowded, self._was_crowded = self._was_crowded, self._lanes.is_crowded
        relieved = was_crowded and not self._was_crowded
        return relieved or (endpoint_id in self._next and self._lanes.ready.is_roomy(endpoint_id))

    def _moment(self, endpoint_id: int) -> int | None:
        endpoint = self._lanes.index.get(endpoint_id)
        if endpoint is None or not endpoint.receives or self._is_returning(endpoint_id):
            return None
        if not self._lanes.ready.shares.mine(endpoint_id):
            return None
        if endpoint.in_order and self._is_under_way(endpoint_id):
            return None
        moment = max(self._next[endpoint_id], self._lanes.pace.held_until(endpoint_id))
        if not self._lanes.is_probed(endpoint_id):
            return moment if self._lanes.ready.is_roomy(endpoint_id) else None
        if self._lanes.is_busy(endpoint_id):
            return None  # its probe is on the way
        return max(moment, self._lanes.health.probe_at(endpoint_id))

    def _is_under_way(self, endpoint_id: int) -> bool:
        """Whether the database does not know yet what becomes of something older."""
        busy = self._lanes.is_busy(endpoint_id)
        return busy or any(one.endpoint_id == endpoint_id for one in self.held())
