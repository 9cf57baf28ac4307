"""One attempt: the letter, the request, the verdict; nothing here waits for the database."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.clock import Clock, to_ms
from bot.delivery.guard import Guard, GuardedUrl
from bot.delivery.health import FaultFinder
from bot.delivery.verdict import decide
from bot.dialects.base import Answer, Dialect, Letter
from bot.errors import RefusedAddress
from bot.outbox.book import own_headers
from bot.outbox.endpoints import Endpoint
from bot.outbox.rows import Due, Settlement, Tried
from bot.storage.vault import Vault


class Post(Protocol):
    """What sends bytes to an address that was checked; it answers, it never raises."""

    async def post(self, url: GuardedUrl, *, body: bytes, headers: Mapping[str, str]) -> Answer: ...


@dataclass(frozen=True, slots=True)
class _Route:
    """What an endpoint's attempts share, kept until the endpoint changes."""

    endpoint: Endpoint
    dialect: Dialect
    url: GuardedUrl | None
    refusal: str
    secret: str
    headers: Mapping[str, str]  # the admin's own; none by a name of the dialect's


class Attempts:
    """Makes attempts and says what to record; `jitter` is the greatest share added to a wait."""

    def __init__(
        self,
        sender: Post,
        guard: Guard,
        *,
        dialects: Mapping[str, Dialect],
        vault: Vault,
        clock: Clock,
        jitter: float = 0.10,
    ) -> None:
        self._sender = sender
        self._guard = guard
        self._dialects = dialects
        self._vault = vault
        self._clock = clock
        self._jitter = jitter
        self._faults = FaultFinder()
        self._routes: dict[int, _Route] = {}

    async def make(self, due: Due, endpoint: Endpoint) -> Settlement:
        """Try once; the settlement of what came of it."""
        route = self._route(endpoint)
        started = self._clock.now()
        number = due.attempt + 1
        if route.url is None:
            answer = Answer(None, 0, "blocked_address", route.refusal)
        else:
            letter = Letter(
                due.event_uuid,
                due.event_type,
                endpoint.uuid,
                due.id,
                number,
                due.body,
                route.secret,
                int(started.timestamp()),
            )
            headers = {**route.headers, **route.dialect.headers(letter)}
            answer = await self._sender.post(route.url, body=due.body, headers=headers)
        now = to_ms(self._clock.now())
        if route.url is not None and answer.error != "blocked_address":
            self._faults.note(now, endpoint.id, route.url.host, connected=answer.connected)
        jitter = random.uniform(0, self._jitter)  # noqa: S311  spreads retries, keeps no secret
        verdict = decide(route.dialect, answer, attempt=number, now=now, jitter=jitter)
        tried = Tried(
            number,
            to_ms(started),
            answer.latency_ms,
            answer.status,
            answer.error,
            answer.detail,
            answer.body,
        )
        return Settlement(
            due, verdict.state, verdict.due_at, verdict.reason, tried, not self._faults.is_ours
        )

    def forget(self, endpoint_id: int) -> None:
        """Drop what was kept of a deleted endpoint: its secret, in clear."""
        self._routes.pop(endpoint_id, None)

    def _route(self, endpoint: Endpoint) -> _Route:
        known = self._routes.get(endpoint.id)
        if known is not None and known.endpoint is endpoint:
            return known
        url, refusal = None, ""
        try:
            url = self._guard.parse(endpoint.url)
        except RefusedAddress as error:
            refusal = str(error)
        dialect = self._dialects[endpoint.dialect]
        # A dialect may have taken a name since the header was set: its own goes first.
        reserved = dialect.reserved_headers()
        own = own_headers(self._vault, endpoint).items()
        route = _Route(
            endpoint,
            dialect,
            url,
            refusal,
            self._vault.open(endpoint.sealed_secret),
            {name: value for name, value in own if name.lower() not in reserved},
        )
        self._routes[endpoint.id] = route
        return route
