"""Measures taken while things happen, cheap and plain: numbers, read by a scrape."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp import web

from bot.outbox.endpoints import Endpoint
from bot.outbox.rows import Planned, Settlement
from bot.outbox.tables import DeliveryState

# Upper bounds in ms; a receiver has 10 s.
BOUNDS = (5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000)
OUTCOMES = {
    DeliveryState.DELIVERED: "delivered",
    DeliveryState.PENDING: "retry",
    DeliveryState.FAILED: "failed",
}
OPEN = frozenset({"/healthz", "/readyz", "/metrics"})
"""Routes asked by machines, under whatever name and as often as they like: each is cheap."""

SIGNED = frozenset({"/in/{webhook}"})
"""Routes for programs, which sign: whoever does is limited by what they sign for."""

NO_ROUTE = "none"
KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass(slots=True)
class LatencyTally:
    """Tally of latencies at most as slow as each of BOUNDS, and slower than all; the sum in ms."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    total: int = 0

    def note(self, milliseconds: int) -> None:
        self.counts[bisect_left(BOUNDS, milliseconds)] += 1
        self.total += milliseconds


class Measures:
    """Told by the outbox, the worker and the web face; nothing in it grows with use."""

    def __init__(self) -> None:
        self.emitted: Counter[str] = Counter()
        self.attempts: Counter[tuple[str, str]] = Counter()  # dialect, outcome
        self.latencies = defaultdict[str, LatencyTally](LatencyTally)  # by dialect
        self.features: Mapping[str, Mapping[str, int]] = {}  # what each counts, by its word
        self.requests: Counter[tuple[str, str, int]] = Counter()  # route, method, status

    def committed(self, events: Sequence[Planned]) -> None:
        """These events are durable."""
        for event in events:
            self.emitted[event.type] += 1

    def attempted(self, endpoint: Endpoint, settlement: Settlement) -> None:
        """An attempt has its outcome."""
        self.attempts[endpoint.dialect, OUTCOMES[settlement.state]] += 1
        self.latencies[endpoint.dialect].note(settlement.tried.answer.latency_ms)

    def requested(self, route: str, method: str, status: int) -> None:
        """The web face has answered."""
        self.requests[route, method, status] += 1


def route_of(request: web.Request) -> str:
    """The pattern of a request's route: a path may hold a private link."""
    resource = request.match_info.route.resource
    return NO_ROUTE if resource is None else resource.canonical


def method_of(request: web.BaseRequest) -> str:
    """Its method, or one word for all that people make up."""
    return request.method if request.method in KNOWN_METHODS else "other"
