"""Lane control: endpoints are held back, probed and let go on, as they fare."""

from bot.clock import Clock, to_ms
from bot.delivery.attempts import Attempts
from bot.delivery.claims import Claimer
from bot.delivery.in_flight import PATIENCE
from bot.delivery.lanes import Lanes
from bot.logs import get_logger
from bot.outbox.endpoints import Endpoint
from bot.outbox.rows import LeasedDelivery, Settlement
from bot.outbox.tables import DeliveryState

_log = get_logger("herald.delivery")


class LaneControl:
    """Told of every outcome, of every change of an endpoint, and of who is silent."""

    def __init__(self, lanes: Lanes, attempts: Attempts, *, claims: Claimer, clock: Clock) -> None:
        self._lanes = lanes
        self._attempts = attempts
        self._claims = claims
        self._clock = clock
        self._halted: set[int] = set()
        self._aims: dict[int, int] = {}

    def start(self) -> None:
        """Take in what the endpoints' rows tell, and what becomes of them from now on."""
        for endpoint in self._lanes.index.all():
            self._aims[endpoint.id] = endpoint.aim
            self._lanes.know(endpoint)
            self._lanes.believe(endpoint)
            if not endpoint.receives:
                self._halted.add(endpoint.id)
        self._lanes.index.watch(self.changed)
        self._lanes.index.watch_drops(self.dropped)

    def attempted(self, settlement: Settlement) -> None:
        """An attempt has its outcome; that of an address which was edited says nothing now."""
        endpoint_id = settlement.due.endpoint_id
        if not self._is_aimed_so(settlement.due):
            return
        in_time = settlement.tried.answer.latency_ms < PATIENCE * 1000
        if settlement.state is DeliveryState.DELIVERED:
            self._succeeded(endpoint_id, in_time=in_time)
        else:
            self._failed(endpoint_id, in_time=in_time, is_ours=not settlement.counts)
        if settlement.retry_at:
            self._wait(endpoint_id, settlement.retry_at)
        if settlement.order_at:
            self._wait_in_order(endpoint_id, settlement.order_at)

    def fell_silent(self, due: LeasedDelivery) -> None:
        """Its endpoint leaves a request unanswered."""
        if self._is_aimed_so(due) and self._lanes.slots.fell_silent(due.endpoint_id):
            _log.debug("endpoint.silent", endpoint=due.endpoint_id)

    def changed(self, endpoint: Endpoint) -> None:
        """React to a pause, a resume, a disabling, an edit: hold what waits, or let it go."""
        if self._aims.setdefault(endpoint.id, endpoint.aim) != endpoint.aim:
            self._aims[endpoint.id] = endpoint.aim
            self._lanes.begin_anew(endpoint.id)
        self._lanes.know(endpoint)
        if not endpoint.receives:
            self._halted.add(endpoint.id)
            self._claims.hold_back(endpoint.id)
            return
        if endpoint.id in self._halted and not endpoint.failures:
            self._lanes.health.well(endpoint.id)  # enabled by a person, who says that it is well
        self._halted.discard(endpoint.id)
        self._claims.flows_again(endpoint.id)

    def dropped(self, endpoint_id: int) -> None:
        """It was deleted, and all that it was owed."""
        self._attempts.forget(endpoint_id)
        self._lanes.forget(endpoint_id)
        self._claims.lane_moved(endpoint_id)
        self._halted.discard(endpoint_id)
        self._aims.pop(endpoint_id, None)

    def _is_aimed_so(self, due: LeasedDelivery) -> bool:
        """Whether a request went where its endpoint's go now."""
        return due.aim == self._aims.get(due.endpoint_id, due.aim)

    def _wait(self, endpoint_id: int, until: int) -> None:
        """Send nothing to a receiver that asked for time; what waits goes back, untried."""
        self._lanes.pace.hold(endpoint_id, until)
        seconds = (until - to_ms(self._clock.now())) / 1000
        _log.debug("lane.asked_to_wait", endpoint=endpoint_id, seconds=seconds)
        self._claims.hold_back(endpoint_id)

    def _wait_in_order(self, endpoint_id: int, until: int) -> None:
        """Send nothing else before the first of its queue is tried again."""
        self._lanes.pace.hold_in_order(endpoint_id, until)
        seconds = (until - to_ms(self._clock.now())) / 1000
        _log.debug("lane.in_order", endpoint=endpoint_id, seconds=seconds)
        self._claims.hold_back(endpoint_id, but_tests=True)

    def _succeeded(self, endpoint_id: int, *, in_time: bool) -> None:
        self._lanes.slots.succeeded(endpoint_id, in_time=in_time)
        if self._lanes.health.well(endpoint_id):
            _log.info("endpoint.recovered", endpoint=endpoint_id)
            self._claims.due(endpoint_id, to_ms(self._clock.now()))

    def _failed(self, endpoint_id: int, *, in_time: bool, is_ours: bool) -> None:
        health, now = self._lanes.health, to_ms(self._clock.now())
        self._lanes.slots.failed(endpoint_id, in_time=in_time)
        if health.failed(endpoint_id, now, is_ours=is_ours):
            _log.warning("endpoint.failing", endpoint=endpoint_id)
            if self._lanes.is_probed(endpoint_id):
                self._claims.hold_back(endpoint_id)
        if self._lanes.is_probed(endpoint_id):
            seconds = (health.probe_at(endpoint_id) - now) / 1000
            _log.debug("endpoint.probed_next", endpoint=endpoint_id, seconds=seconds)
