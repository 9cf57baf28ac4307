"""Gauges of a scrape: counters kept meanwhile, and how things stand at this moment."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import attrgetter

from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from bot import __version__
from bot.clock_skew import ClockSkew
from bot.delivery.lanes import Lanes
from bot.fleet.store import ProcessSeen
from bot.outbox.backlog import Backlog
from bot.outbox.tables import EndpointState
from bot.web.measures import BOUNDS, Measures
from bot.web.parts import FindGateway

_ByRoute = Mapping[tuple[str, str, int], float]  # pattern, method and status


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database tells for a scrape."""

    backlog: Backlog
    processes: Sequence[ProcessSeen]


@dataclass(slots=True, eq=False)
class Gauges(Collector):
    """Written anew for every scrape; set `stored` before, as collecting cannot wait."""

    measures: Measures
    lanes: Lanes
    gateway: FindGateway
    skew: ClockSkew
    stored: Stored | None = None
    log_size: Callable[[], int] = lambda: 0

    def registry(self) -> CollectorRegistry:
        """These and the process's own, apart from what other libraries register."""
        registry = CollectorRegistry()
        registry.register(self)
        ProcessCollector(registry=registry)
        return registry

    def collect(self) -> Iterator[Metric]:
        build = GaugeMetricFamily("herald_build_info", "This version.", labels=["version"])
        yield _filled(build, {__version__: 1})
        yield from _counted(self.measures)
        yield from self._delivering()
        yield from self._connected()
        yield from _waiting(self.stored)
        help_text = "The size of SQLite's log, which a program that reads for long makes grow."
        yield _gauge("herald_database_log_bytes", help_text, self.log_size())
        if self.skew.seconds is not None:
            help_text = "This machine's clock minus that of Discord, or of receivers."
            yield _gauge("herald_clock_skew_seconds", help_text, self.skew.seconds)

    def _delivering(self) -> Iterator[Metric]:
        lanes = self.lanes
        yield _gauge("herald_ready_deliveries", "Deliveries that wait in memory.", len(lanes.ready))
        yield _gauge(
            "herald_attempts_in_flight", "Requests under way to receivers.", lanes.slots.used
        )
        states = Counter(endpoint.state for endpoint in lanes.index.all())
        by_state = GaugeMetricFamily("herald_endpoints", "Webhooks by state.", labels=["state"])
        yield _filled(by_state, {state.value: states[state] for state in EndpointState})

    def _connected(self) -> Iterator[Metric]:
        gateway = self.gateway()
        if gateway is None:
            return
        connected = gateway.is_connected
        yield _gauge("herald_gateway_connected", "Whether Discord is connected.", connected)
        yield _gauge("herald_guilds", "Servers that the bot is in.", len(gateway.guilds))
        unread = CounterMetricFamily(
            "herald_gateway_events_unread", "Discord's events that made no sense.", labels=["type"]
        )
        yield _filled(unread, gateway.unread_events)
        if connected:
            help_text = "Discord's answer to the last heartbeat, averaged over the shards."
            yield _gauge("herald_gateway_latency_seconds", help_text, gateway.latency)


def _counted(measures: Measures) -> Iterator[Metric]:
    events = CounterMetricFamily(
        "herald_events_emitted",
        "Events that are durable, for at least one webhook.",
        None,
        ["type"],
    )
    yield _filled(events, measures.emitted)
    attempts = CounterMetricFamily(
        "herald_attempts", "Attempts by dialect and outcome.", labels=["dialect", "outcome"]
    )
    yield _filled(attempts, measures.attempts)
    yield _latencies(measures)
    pictures = CounterMetricFamily(
        "herald_scam_pictures",
        "Pictures looked at, and what kept others from it.",
        labels=["outcome"],
    )
    yield _filled(pictures, measures.features.get("scam_pictures", {}))
    answered = CounterMetricFamily(
        "herald_web_requests", "Requests answered here.", labels=["route", "method", "status"]
    )
    yield _filled(answered, measures.requests)


def _latencies(measures: Measures) -> Metric:
    attempts = HistogramMetricFamily(
        "herald_attempt_duration_seconds", "How long receivers took to answer.", labels=["dialect"]
    )
    bounds = [*(str(bound / 1000) for bound in BOUNDS), "+Inf"]
    for dialect, known in measures.latencies.items():
        buckets = list(zip(bounds, accumulate(known.counts), strict=True))
        attempts.add_metric([dialect], buckets, known.total / 1000)
    return attempts


def _waiting(stored: Stored | None) -> Iterator[Metric]:
    """Only the first where the database does not answer: no number is better than an old one."""
    yield _gauge("herald_database_up", "Whether the database answered.", stored is not None)
    if stored is None:
        return
    yield from _processes(stored.processes)
    backlog = stored.backlog
    states = GaugeMetricFamily(
        "herald_deliveries", "Deliveries stored, by state.", labels=["state"]
    )
    named = ("pending", "delivering", "held", "missed", "ended")
    yield _filled(states, {state: getattr(backlog, state) for state in named})
    overdue = backlog.overdue.total_seconds()
    help_text = "How long the pending delivery that may go has been due, at most."
    yield _gauge("herald_oldest_due_seconds", help_text, overdue)
    yield _gauge("herald_database_bytes", "The size of the database.", backlog.size)


def _processes(processes: Sequence[ProcessSeen]) -> Iterator[Metric]:
    """Of all that share the database, whichever is scraped: one that is gone counts as 0."""
    up = GaugeMetricFamily(
        "herald_process_up",
        "Whether a process of this instance was heard of.",
        labels=["process", "roles", "shards", "version"],
    )
    for one in processes:
        roles, shards = ",".join(sorted(one.assignment.roles)), one.assignment.shards
        up.add_metric([one.name, roles, str(shards or ""), one.version], one.is_alive)
    yield up
    alive = [one for one in processes if one.is_alive]
    for name, help_text, value in (
        ("lag_seconds", "By how much its event loop was late.", attrgetter("lag")),
        ("leases", "Deliveries that it holds.", attrgetter("leases")),
        ("guilds", "Servers that it hears of.", attrgetter("guilds")),
    ):
        family = GaugeMetricFamily(f"herald_process_{name}", help_text, labels=["process"])
        yield _filled(family, {one.name: value(one) for one in alive})


def _filled(
    family: CounterMetricFamily | GaugeMetricFamily,
    values: Mapping[str, float] | Mapping[tuple[str, str], float] | _ByRoute,
) -> Metric:
    """The family with a value for each label, or each tuple of labels."""
    for key, value in values.items():
        labels = (key,) if isinstance(key, str) else key
        family.add_metric([str(label) for label in labels], value)
    return family


def _gauge(name: str, help_text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help_text, value=value)
