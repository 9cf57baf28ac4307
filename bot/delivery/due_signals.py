"""Due signals: processes tell one another of which endpoints rows are due that they leave to them.

One that is lost costs time alone: whoever delivers beside others looks by itself as well.
"""

from collections.abc import Callable, Collection, Sequence

from bot.clock import Clock
from bot.outbox.endpoint_index import EndpointIndex
from bot.outbox.endpoint_shares import EndpointShares
from bot.outbox.endpoints import Endpoint
from bot.storage.background import BackgroundTask
from bot.storage.signals import Signals

TOPIC = "due"
EVERY = 15.0  # seconds
AFTERWARDS = 12
"""Looks of whoever is alone again, until all that the others had leased is free."""


class DueSignals:
    """Due signals, sent and heard; `due` is called with endpoints whose rows this one may claim."""

    def __init__(
        self,
        signals: Signals,
        index: EndpointIndex,
        *,
        shares: EndpointShares,
        clock: Clock,
        due: Callable[[int], None],
    ) -> None:
        self._signals = signals
        self._index = index
        self._shares = shares
        self._clock = clock
        self._due = due
        self._task = BackgroundTask("due signals", self._run)
        self.stop = self._task.stop

    def start(self) -> None:
        """Tell of all that changes here, such as what was queued again, and hear the others."""
        self._index.watch(self._changed)
        self._signals.watch(TOPIC, self._heard)
        self._task.start()

    def overflowed(self, endpoint_id: int) -> bool:
        """Rows of that endpoint are due; whether that is told to another process."""
        is_others = not self._shares.mine(endpoint_id)
        if is_others:
            self._signals.put(TOPIC, str(endpoint_id))
        return is_others

    def divide(self, me: str, senders: Sequence[str]) -> None:
        """Share the endpoints with these, and look at once for what is due of new ones."""
        if self._shares.divide(me, senders):
            self._heard(None)

    def _changed(self, endpoint: Endpoint) -> None:
        self.overflowed(endpoint.id)

    def _heard(self, keys: Collection[str] | None) -> None:
        known = [endpoint.id for endpoint in self._index.all()]
        for endpoint_id in known if keys is None else map(int, keys):
            if self._shares.mine(endpoint_id):
                self._due(endpoint_id)

    async def _run(self) -> None:
        looks = 0
        while True:
            if not looks:
                await self._signals.accompanied.wait()
            looks = AFTERWARDS if self._signals.others else looks - 1
            await self._clock.sleep(EVERY)
            self._heard(None)
