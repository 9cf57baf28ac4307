"""Rows, the plain data that crosses between the outbox, its hot statements and the worker."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from bot.catalogue.test import TestPing
from bot.dialects.base import Answer
from bot.outbox.tables import DeliveryState, EndpointState

URGENT = "security."


def is_urgent(event_type: str) -> bool:
    """Whether an event of that type goes before all others."""
    return event_type.startswith(URGENT)


@dataclass(slots=True)
class Owed:
    """One delivery to be written: pending, missed, or delivering where this process takes it."""

    endpoint_id: int
    dialect: str
    state: DeliveryState
    due_at: int  # ms; the lease's end where the state is delivering
    feeds: bool = False  # whether the event stands in its endpoint's feed as well


@dataclass(slots=True)
class Planned:
    """One event ready to be written, with its bodies by dialect and what it owes."""

    uuid: UUID
    type: str
    guild_id: int
    created_at: int  # ms
    bodies: dict[str, bytes]
    owed: list[Owed]
    goes_at: int | None = None  # ms; of a test: before all that waits


@dataclass(slots=True)
class LeasedDelivery:
    """A delivery this process holds the lease of, with all that an attempt needs."""

    id: int
    lease: int
    endpoint_id: int
    event_uuid: UUID
    event_type: str
    body: bytes
    attempt: int = 0  # tried so far
    due_at: int = 0  # ms; when its event came about
    aim: int = 0  # its endpoint's, when it was sent
    is_test: bool = False  # somebody waits for it

    @property
    def goes_first(self) -> bool:
        """Whether it is a test: known from its beginning, and later by its type."""
        return self.is_test or self.event_type == TestPing.type

    @property
    def is_urgent(self) -> bool:
        return is_urgent(self.event_type)


@dataclass(slots=True)
class Tried:
    """One attempt as it is kept."""

    number: int
    started_at: int  # ms
    answer: Answer


@dataclass(slots=True)
class Settlement:
    """The outcome of one attempt, to be recorded if the lease is still ours."""

    due: LeasedDelivery
    state: DeliveryState
    due_at: int  # ms; the next attempt's earliest moment where the state is pending
    reason: str | None
    tried: Tried
    counts: bool  # whether a failure counts towards auto-disabling
    gone: bool = False  # whether the receiver asked to be left alone for good
    retry_at: int = 0  # ms; before it the receiver wants no request at all
    in_order: bool = False  # whether what is later waits until it is recorded
    order_at: int = 0  # ms; in order: before it nothing of its endpoint is tried
    repeats: bool = False  # whether the attempt's number is used again: it went to an old address


@dataclass(frozen=True, slots=True)
class GroupOutcome:
    """Outcome of a settled group for one endpoint, its attempts taken in order."""

    endpoint_id: int
    succeeded: bool
    failures: int  # counted ones since the last success, or in all where there was none
    last_error: str | None
    at: int  # ms
    aim: int = 0
    retry_at: int = 0  # ms
    order_at: int = 0  # ms


def outcome(settled: Settlement, now: int) -> tuple[int | str | None, ...]:
    """The columns a settlement writes: id, lease, state, attempt, due_at, settled_at, reason."""
    pending = settled.state is DeliveryState.PENDING
    return (
        settled.due.id,
        settled.due.lease,
        int(settled.state),
        settled.tried.number - settled.repeats,
        settled.due_at,
        None if pending else now,
        settled.reason,
    )


def attempted(settled: Settlement) -> tuple[int | str | bytes | None, ...]:
    """The columns of its attempt: delivery_id, number, started_at, … in the table's order."""
    tried, answer = settled.tried, settled.tried.answer
    return (
        settled.due.id,
        tried.number,
        tried.started_at,
        answer.latency_ms,
        answer.status,
        answer.error,
        answer.detail or None,
        answer.body or None,
    )


def latest(settlements: Sequence[Settlement]) -> list[Settlement]:
    """One for each delivery, of its latest lease.

    While the database was away an outcome may have waited until its lease ended, and come together
    with that of the next: both are about one row, and only the one lease is still somebody's.
    """
    found: dict[int, Settlement] = {}
    for settled in settlements:
        before = found.get(settled.due.id)
        if before is None or before.due.lease < settled.due.lease:
            found[settled.due.id] = settled
    return [*found.values()]


def tally(settlements: Sequence[Settlement]) -> list[GroupOutcome]:
    """Counters per endpoint, in the order of their ids so that two writers never cross.

    What went to an address before it was edited is counted apart, and counts for nothing then.
    """
    tallies: dict[tuple[int, int], GroupOutcome] = {}
    for settled in settlements:
        endpoint_id, aim = key = settled.due.endpoint_id, settled.due.aim
        answer = settled.tried.answer
        at = settled.tried.started_at + answer.latency_ms
        before = tallies.get(key) or GroupOutcome(endpoint_id, False, 0, None, at, aim)
        if settled.state is DeliveryState.DELIVERED:
            tallies[key] = replace(before, succeeded=True, failures=0, last_error=None, at=at)
            continue
        tallies[key] = replace(
            before,
            failures=before.failures + settled.counts,
            last_error=answer.error or f"HTTP {answer.status}",
            retry_at=max(before.retry_at, settled.retry_at),
            order_at=max(before.order_at, settled.order_at),
        )
    return [tallies[key] for key in sorted(tallies)]


def counted_as(one: GroupOutcome) -> tuple[int | bool | str | None, ...]:
    """The columns that change an endpoint's counters, in the statements' order."""
    name, succeeded, failures = one.endpoint_id, one.succeeded, one.failures
    told = one.last_error, one.at, one.aim, one.retry_at, one.order_at
    return name, succeeded, failures, *told


@dataclass(frozen=True, slots=True)
class EndpointCounters:
    """An endpoint's counters after a settled group."""

    endpoint_id: int
    failures: int
    state: str
    aim: int = 0
    fresh: int = field(default=0, compare=False)  # those of the group itself


FailureLimits = Mapping[tuple[int, int], int]
"""After how many failures in a row an endpoint is switched off, by its id and aim."""


class Ends(Exception):
    """Group that switches an endpoint off, or warns: nothing is written, for that goes with it."""


def ended(standings: Sequence[EndpointCounters], limits: FailureLimits) -> list[EndpointCounters]:
    """Those that receive and have failed as often as their limit says; without one, never."""
    return [
        standing
        for standing in standings
        if standing.state == EndpointState.ACTIVE
        and (standing.endpoint_id, standing.aim) in limits
        and standing.failures >= limits[standing.endpoint_id, standing.aim]
    ]


def halfway(standings: Sequence[EndpointCounters], limits: FailureLimits) -> list[EndpointCounters]:
    """Those that receive and came, with this group, to half of what their limit says."""
    off = ended(standings, limits)
    return [
        standing
        for standing in standings
        if standing not in off
        and standing.state == EndpointState.ACTIVE
        and standing.failures - standing.fresh
        < -(-limits.get((standing.endpoint_id, standing.aim), 0) // 2)
        <= standing.failures
    ]


def counters(
    rows: Iterable[Sequence[Any]], tallies: Sequence[GroupOutcome]
) -> list[EndpointCounters]:
    """The counters that a statement returned, with what the group itself brought."""
    fresh = {(one.endpoint_id, one.aim): one.failures for one in tallies}
    standings = [EndpointCounters(*row) for row in rows]
    return [replace(one, fresh=fresh.get((one.endpoint_id, one.aim), 0)) for one in standings]


@dataclass(slots=True)
class Claimed:
    """Claim's result, and when each endpoint that asked has its next pending delivery (ms)."""

    due: list[LeasedDelivery] = field(default_factory=list[LeasedDelivery])
    next_due: dict[int, int | None] = field(default_factory=dict[int, int | None])
    broken: list[int] = field(default_factory=list[int])  # ids with nothing to send: now failed
