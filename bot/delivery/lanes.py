"""Lanes: the queue, the endpoints, their health and the shares decide which delivery may go."""

from dataclasses import dataclass, field

from bot.clock import to_ms
from bot.delivery.backlog_throttle import BacklogThrottle
from bot.delivery.health import EndpointHealth
from bot.delivery.rate_limit import RateLimits
from bot.delivery.slots import SHARED as SLOTS_SHARED
from bot.delivery.slots import Slots, SlotWait
from bot.outbox.endpoint_index import EndpointIndex
from bot.outbox.endpoints import Endpoint
from bot.outbox.priority_queue import Rank
from bot.outbox.ready import Ready

SHARED = (*SLOTS_SHARED, SlotWait.LEISURE)
"""What lanes wait for together, and whichever comes first may have."""


@dataclass(frozen=True, slots=True)
class Lanes:
    """The parts that share these decisions, and the answers that take more than one of them.

    Endpoints of a `steady` dialect are never probed: they keep to its schedule while they fail.
    """

    ready: Ready
    index: EndpointIndex
    health: EndpointHealth
    slots: Slots
    pace: RateLimits
    leisure: BacklogThrottle = field(default_factory=BacklogThrottle)
    steady: frozenset[str] = frozenset()  # dialects by name

    def why_not(self, endpoint_id: int) -> SlotWait | None:
        """Why an endpoint may send nothing more just now; None if it may."""
        is_failing = self.health.is_failing(endpoint_id)
        most = self._most_failing(endpoint_id) if is_failing else None
        wait = self.slots.why_not(endpoint_id, most=most)
        if wait is SlotWait.OWN and self._is_tested(endpoint_id):
            wait = None
        if wait is not None:
            return wait
        if self.ready.is_behind(endpoint_id) and not self.leisure.has_room():
            return SlotWait.LEISURE
        is_test = endpoint_id in self.ready.ordered and self._has_test(endpoint_id)
        return SlotWait.PACE if self.pace.holds_back(endpoint_id, is_test=is_test) else None

    def is_probed(self, endpoint_id: int) -> bool:
        """Whether it gets one request at a time, at the gaps that its health says."""
        return self.health.is_failing(endpoint_id) and not self._is_steady(endpoint_id)

    def _is_steady(self, endpoint_id: int) -> bool:
        endpoint = self.index.get(endpoint_id)
        return endpoint is not None and endpoint.dialect in self.steady

    def _most_failing(self, endpoint_id: int) -> int:
        """How many slots it may hold while it fails."""
        return self.slots.few if self._is_steady(endpoint_id) else 1

    def _is_tested(self, endpoint_id: int) -> bool:
        """Whether a test waits behind the one request that it may have, perhaps a dead one."""
        return self._has_test(endpoint_id) and self.slots.held(endpoint_id) == 1

    def _has_test(self, endpoint_id: int) -> bool:
        return self.ready.turns.length(endpoint_id, Rank.TEST) > 0

    def has_room(self, share: SlotWait) -> bool:
        """Whether endpoints that waited for what they share may go."""
        return self.leisure.has_room() if share is SlotWait.LEISURE else self.slots.has_room(share)

    def take(self, endpoint_id: int) -> None:
        """A request of that endpoint begins."""
        self.slots.take(endpoint_id)
        self.pace.take(endpoint_id)
        if self.ready.is_behind(endpoint_id):
            self.leisure.take()
        else:
            self.leisure.fresh()

    def know(self, endpoint: Endpoint) -> None:
        """Take in what holds for an endpoint: its rate limit, and what its receiver asked for."""
        self.pace.limit(endpoint.id, endpoint.rate_limit)
        self.pace.hold(endpoint.id, 0 if endpoint.retry_at is None else to_ms(endpoint.retry_at))
        (self.ready.ordered.add if endpoint.in_order else self.ready.ordered.discard)(endpoint.id)
        order_at = endpoint.order_at if endpoint.in_order else None
        self.pace.hold_in_order(endpoint.id, 0 if order_at is None else to_ms(order_at))
        self.slots.bounds.pop(endpoint.id, None)
        if endpoint.in_order or endpoint.in_flight is not None:
            self.slots.bounds[endpoint.id] = 1 if endpoint.in_order else endpoint.in_flight or 1
        self.ready.bounds.bind(endpoint.id, self.pace.worth_keeping(endpoint.id))

    def believe(self, endpoint: Endpoint) -> None:
        """Take in how an endpoint fared with an earlier process."""
        if endpoint.delivered_at is not None:
            self.slots.trust(endpoint.id)
        if endpoint.failures:
            self.slots.failed(endpoint.id, in_time=True)

    def begin_anew(self, endpoint_id: int) -> None:
        """It goes to another address, or with another secret: how it fared so far is no news."""
        self.health.well(endpoint_id)
        self.slots.forget(endpoint_id)

    def forget(self, endpoint_id: int) -> None:
        """It was deleted, and what waited for it with it."""
        self.ready.turns.drop(endpoint_id)
        self.slots.forget(endpoint_id)
        self.slots.bounds.pop(endpoint_id, None)
        self.ready.ordered.discard(endpoint_id)
        self.pace.forget(endpoint_id)
        self.ready.bounds.bind(endpoint_id, None)

    def may_flow(self, endpoint_id: int) -> bool:
        """Whether an endpoint receives and is not being probed."""
        endpoint = self.index.get(endpoint_id)
        receives = endpoint is not None and endpoint.receives
        return receives and not self.is_probed(endpoint_id)

    def is_busy(self, endpoint_id: int) -> bool:
        """Whether anything of an endpoint waits here or is in flight."""
        waits = self.ready.turns.length(endpoint_id) > 0
        return waits or self.slots.held(endpoint_id) > 0

    @property
    def is_crowded(self) -> bool:
        """Whether all lanes together leave none of them room enough, not even an empty one."""
        return self.ready.limit - self.ready.turns.count < self.ready.refill
