"""Due signals: a process that does not deliver tells those that do of which endpoints rows are due.

One that is lost costs time alone: whoever delivers beside others looks by itself as well.
"""

from collections.abc import Callable, Collection

from bot.clock import Clock
from bot.outbox.endpoint_index import EndpointIndex
from bot.storage.background import BackgroundTask
from bot.storage.signals import Signals

TOPIC = "due"
EVERY = 15.0  # seconds


class DueSignals:
    """Due signals, sent by some and heard by others."""

    def __init__(self, signals: Signals, index: EndpointIndex, clock: Clock) -> None:
        self._signals = signals
        self._index = index
        self._clock = clock
        self._due: Callable[[int], None] = lambda _: None
        self._task = BackgroundTask("due signals", self._run)
        self.stop = self._task.stop

    def tell(self, endpoint_id: int) -> None:
        """Rows of that endpoint are due."""
        self._signals.put(TOPIC, str(endpoint_id))

    def pass_on(self) -> None:
        """Tell of all that changes here, such as what was queued again."""
        self._index.watch(lambda endpoint: self.tell(endpoint.id))

    def watch(self, due: Callable[[int], None]) -> None:
        """Call `due` with each endpoint of which others tell; after a gap, with every one."""
        self._due = due
        self._signals.watch(TOPIC, self._heard)
        self._task.start()

    def _heard(self, keys: Collection[str] | None) -> None:
        known = [endpoint.id for endpoint in self._index.all()]
        for endpoint_id in known if keys is None else map(int, keys):
            self._due(endpoint_id)

    async def _run(self) -> None:
        while True:
            await self._clock.sleep(EVERY)
            if self._signals.others:
                self._heard(None)
