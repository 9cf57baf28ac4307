"""The worker: takes ready deliveries in turn, so many at once, and settles what came of them."""

import asyncio
import contextvars
import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bot.clock import Clock, to_ms
from bot.delivery.attempts import Attempts
from bot.delivery.claims import Claims, Lanes
from bot.delivery.settler import Settler
from bot.logs import get_logger
from bot.outbox.endpoints import Endpoint
from bot.outbox.rows import Due
from bot.outbox.tables import DeliveryState

_log = get_logger("herald.delivery")
_told = logging.getLogger("herald.delivery")


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """Requests in flight in all and to one endpoint, and seconds they get to finish at the end."""

    in_flight: int = 256
    per_endpoint: int = 16
    grace: float = 10.0


class Worker:
    """Sends what is ready; a slow or dead endpoint holds up nobody but itself."""

    def __init__(
        self,
        lanes: Lanes,
        attempts: Attempts,
        *,
        claims: Claims,
        settler: Settler,
        clock: Clock,
        settings: WorkerSettings | None = None,
    ) -> None:
        self._ready, self._index, self._health = lanes.ready, lanes.index, lanes.health
        self._attempts = attempts
        self._claims = claims
        self._settler = settler
        self._clock = clock
        self._settings = settings or WorkerSettings()
        self._in_flight: dict[asyncio.Task[None], Due] = {}
        self._per_endpoint: Counter[int] = Counter()
        self._halted: set[int] = set()
        self._stopping = False
        self._context = contextvars.copy_context()

    async def start(self) -> None:
        """Join the parts and begin with what is due."""
        self._context = contextvars.copy_context()
        self._ready.on_push(self._pump)
        self._settler.on_due(self._claims.due)
        self._halted.update(e.id for e in self._index.all() if not e.receives)
        self._index.watch(self._endpoint_changed)
        self._index.watch_drops(self._attempts.forget)
        self._settler.start()
        await self._claims.start(self.held)
        self._pump()

    async def stop(self) -> None:
        """Let requests in flight finish, record what came of them, give the rest back."""
        self._stopping = True
        await self._claims.stop()
        if self._in_flight:
            _, late = await asyncio.wait(self._in_flight, timeout=self._settings.grace)
            for task in late:
                task.cancel()
            if late:
                _log.warning("shutdown.requests_cut", count=len(late))
                await asyncio.wait(late)
        await self._settler.stop()

    def held(self) -> Iterable[Due]:
        """The deliveries whose request is in flight."""
        return self._in_flight.values()

    async def idle(self) -> None:
        """Return when all is sent and recorded that can be sent at this moment of the clock."""
        while True:
            while self._in_flight or len(self._ready):
                if self._in_flight:
                    await asyncio.wait(self._in_flight, return_when=asyncio.FIRST_COMPLETED)
                else:
                    await asyncio.sleep(0)
            await self._settler.drained()
            await self._claims.calm()
            if not self._in_flight and not len(self._ready) and self._settler.is_drained:
                return

    def _pump(self) -> None:
        while not self._stopping and len(self._in_flight) < self._settings.in_flight:
            due = self._ready.take(self._may_take)
            if due is None:
                return
            endpoint = self._index.get(due.endpoint_id)
            if endpoint is None:
                self._claims.lane_moved(due.endpoint_id)
                continue  # deleted, and its rows with it
            self._per_endpoint[due.endpoint_id] += 1
            # In the worker's own context: a commit calls from whoever made it, and an attempt
            # must carry nothing of a person's language or an interaction's scope.
            task = asyncio.create_task(self._attempt(due, endpoint), context=self._context.copy())
            self._in_flight[task] = due
            task.add_done_callback(self._done)

    def _may_take(self, endpoint_id: int) -> bool:
        most = 1 if self._health.is_failing(endpoint_id) else self._settings.per_endpoint
        return self._per_endpoint[endpoint_id] < most

    async def _attempt(self, due: Due, endpoint: Endpoint) -> None:
        settlement = await self._attempts.make(due, endpoint)
        self._settler.put(settlement)
        if settlement.state is DeliveryState.DELIVERED:
            self._succeeded(endpoint.id)
        else:
            self._failed(endpoint.id)
        if _told.isEnabledFor(logging.DEBUG):  # ten thousand times a second, unheard
            _log.debug(
                "delivery.attempted",
                delivery=due.id,
                endpoint=endpoint.id,
                event_id=str(due.event_uuid),
                attempt=settlement.tried.number,
                state=settlement.state.name.lower(),
                reason=settlement.reason,
            )

    def _done(self, task: asyncio.Task[None]) -> None:
        due = self._in_flight.pop(task)
        self._per_endpoint[due.endpoint_id] -= 1
        if not self._per_endpoint[due.endpoint_id]:
            del self._per_endpoint[due.endpoint_id]
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("delivery.bug", delivery=due.id, exc_info=error)
        self._claims.lane_moved(due.endpoint_id)
        self._pump()

    def _succeeded(self, endpoint_id: int) -> None:
        if self._health.well(endpoint_id):
            _log.info("endpoint.recovered", endpoint=endpoint_id)
            self._claims.due(endpoint_id, to_ms(self._clock.now()))

    def _failed(self, endpoint_id: int) -> None:
        now = to_ms(self._clock.now())
        if self._health.failed(endpoint_id, now):
            _log.warning("endpoint.failing", endpoint=endpoint_id)
            self._claims.hold_back(endpoint_id)

    def _endpoint_changed(self, endpoint: Endpoint) -> None:
        """React to a pause, a resume, a disabling: hold what waits, or let it go."""
        if not endpoint.receives:
            self._halted.add(endpoint.id)
            self._claims.hold_back(endpoint.id)
            return
        if endpoint.id in self._halted and not endpoint.failures:
            self._health.well(endpoint.id)  # enabled by a person, who says that it is well
        self._halted.discard(endpoint.id)
        self._claims.flows_again(endpoint.id)
