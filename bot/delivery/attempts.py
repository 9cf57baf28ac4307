"""Attempt: headers, request and verdict; nothing here waits for the database."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from bot import kept_texts as kept
from bot.clock import Clock, to_ms
from bot.config import DeliveryConfig
from bot.delivery.faults import FaultFinder
from bot.delivery.guard import Guard, GuardedUrl
from bot.delivery.verdict import decide
from bot.dialects.base import Answer, Dialect, OutgoingAttempt
from bot.errors import ConfigError, RefusedAddress
from bot.outbox.endpoint_registry import EndpointRegistry
from bot.outbox.endpoints import Endpoint
from bot.outbox.rows import LeasedDelivery, Settlement, Tried
from bot.outbox.tables import DeliveryState
from bot.texts import use

UNREADABLE = "unreadable_secret"


class HttpPost(Protocol):
    """POST of bytes to an address that was checked; it answers, it never raises."""

    async def post(
        self,
        url: GuardedUrl,
        *,
        body: bytes,
        headers: Mapping[str, str],
        seconds: float | None = None,
    ) -> Answer: ...


@dataclass(frozen=True, slots=True)
class _Route:
    """What an endpoint's attempts share, kept until the endpoint changes."""

    endpoint: Endpoint
    dialect: Dialect
    url: GuardedUrl | Answer  # an answer where no request may be made, the same for every attempt
    secret: str = field(default="", repr=False)
    next_secret: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


class Attempts:
    """Attempts and what to record of them; the settings bound jitter and each one's seconds."""

    def __init__(
        self,
        sender: HttpPost,
        guard: Guard,
        *,
        registry: EndpointRegistry,
        clock: Clock,
        faults: FaultFinder,
        settings: DeliveryConfig,
    ) -> None:
        self._sender = sender
        self._guard = guard
        self._registry = registry
        self._clock = clock
        self._jitter, self._longest = settings.jitter, settings.longest_timeout
        self._faults = faults
        self._routes: dict[int, _Route] = {}

    async def make(self, due: LeasedDelivery, endpoint: Endpoint) -> Settlement:
        """Try once; the settlement of what came of it."""
        route = self._route(endpoint)
        started = self._clock.now()
        answer = await self._ask(route, due, due.attempt + 1, int(started.timestamp()))
        now = to_ms(self._clock.now())
        settlement = self._settlement(due, route.dialect, answer, (to_ms(started), now))
        if isinstance(route.url, GuardedUrl) and answer.error != "blocked_address":
            is_ours = self._faults.note(now, endpoint.id, route.url.host, answer.reach)
            if settlement.state is not DeliveryState.DELIVERED:
                settlement.counts = not (is_ours or self._is_excused(route, answer))
        elif answer.error == UNREADABLE:  # no receiver lost our key
            settlement.counts = False
        current = self._registry.index.get(endpoint.id)
        if current is not None and current.aim != endpoint.aim:
            self._try_the_new(settlement, route.dialect)
        return in_order(settlement) if endpoint.in_order else settlement

    def _is_excused(self, route: _Route, answer: Answer) -> bool:
        """Whether our clock is to blame for a refusal, or our network was for those before it."""
        by_clock = self._faults.is_by_clock(answer, signs_time=route.dialect.signs_time)
        return by_clock or self._faults.make_good(route.endpoint.id, answer.reach)

    def _try_the_new(self, settlement: Settlement, dialect: Dialect) -> None:
        """What the old address refused is owed to the new one: the attempt counts for nothing."""
        if settlement.state is DeliveryState.DELIVERED:
            return
        wait = dialect.schedule.wait_before(max(settlement.tried.number, 2))
        settlement.state = DeliveryState.PENDING
        settlement.due_at = to_ms(self._clock.now()) + round(wait * 1000 * (1 + self._spread()))
        settlement.counts, settlement.repeats = False, True
        settlement.gone, settlement.retry_at = False, 0

    def _spread(self) -> float:
        return random.uniform(0, self._jitter)  # noqa: S311  spreads retries, keeps no secret

    def failed_here(self, due: LeasedDelivery, endpoint: Endpoint) -> Settlement:
        """The settlement of an attempt that a bug of ours cut: it is tried again, by the schedule.

        The endpoint is not to blame: it counts nothing towards switching it off.
        """
        answer = Answer(None, 0, "internal", kept.OWN_ERROR)
        dialect = self._registry.dialects[endpoint.dialect]
        now = to_ms(self._clock.now())
        settlement = self._settlement(due, dialect, answer, (now, now))
        settlement = replace(settlement, counts=False)
        return in_order(settlement) if endpoint.in_order else settlement

    def _settlement(
        self, due: LeasedDelivery, dialect: Dialect, answer: Answer, took: tuple[int, int]
    ) -> Settlement:
        started_at, now = took
        number = due.attempt + 1
        verdict = decide(dialect, answer, attempt=number, now=now, jitter=self._spread())
        return Settlement(
            due,
            verdict.state,
            verdict.due_at,
            verdict.reason,
            Tried(number, started_at, answer),
            True,
            verdict.gone,
            verdict.retry_at,
        )

    async def _ask(self, route: _Route, due: LeasedDelivery, number: int, sent_at: int) -> Answer:
        if isinstance(route.url, Answer):
            return route.url
        outgoing = OutgoingAttempt(
            due.event_uuid,
            due.event_type,
            route.endpoint.uuid,
            due.id,
            number,
            due.body,
            route.secret,
            sent_at,
            route.next_secret,
        )
        headers = {**route.headers, **route.dialect.headers(outgoing)}
        seconds = route.endpoint.answer_seconds
        if seconds is not None:
            seconds = min(seconds, self._longest)
        return await self._sender.post(route.url, body=due.body, headers=headers, seconds=seconds)

    def forget(self, endpoint_id: int) -> None:
        """Drop what was kept of a deleted endpoint: its secret, in clear."""
        self._routes.pop(endpoint_id, None)

    def _route(self, endpoint: Endpoint) -> _Route:
        known = self._routes.get(endpoint.id)
        if known is not None and known.endpoint is endpoint:
            return known
        try:
            with use(None):  # what is kept is English, whoever made the endpoint
                route = self._open(endpoint)
        except RefusedAddress as error:
            route = self._refused(endpoint, "blocked_address", str(error))
        except ConfigError:  # tried again: a key may be put back; the log says why since the start
            route = self._refused(endpoint, UNREADABLE, kept.UNREADABLE_SECRET)
        self._routes[endpoint.id] = route
        return route

    def _open(self, endpoint: Endpoint) -> _Route:
        dialect = self._registry.dialects[endpoint.dialect]
        # A dialect may have taken a name since the header was set: its own goes first.
        reserved = dialect.reserved_headers()
        own = self._registry.headers(endpoint).items()
        url = self._guard.parse(endpoint.url)
        return _Route(
            endpoint,
            dialect,
            url,
            *self._registry.secrets(endpoint),
            {name: value for name, value in own if name.lower() not in reserved},
        )

    def _refused(self, endpoint: Endpoint, kind: str, why: str) -> _Route:
        answer = Answer(None, 0, kind, why)
        return _Route(endpoint, self._registry.dialects[endpoint.dialect], answer)


def in_order(settlement: Settlement) -> Settlement:
    """The same where what is later waits: its row stays the oldest, and its endpoint does wait.

    A test is no part of the queue.
    """
    settlement.in_order = True
    if settlement.state is DeliveryState.PENDING and not settlement.due.goes_first:
        settlement.order_at, settlement.due_at = settlement.due_at, settlement.due.due_at
    return settlement
