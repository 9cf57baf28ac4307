"""Fan-out: the endpoints that are owed an event, and its bytes for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from bot.catalogue import Event
from bot.clock import Clock, to_ms
from bot.dialects.base import Dialect, Envelope
from bot.errors import EventTooLarge
from bot.logs import get_logger
from bot.outbox.endpoints import Endpoint
from bot.outbox.event_ids import EventIds
from bot.outbox.feed import DIALECT as FEED_DIALECT
from bot.outbox.filters import FilterFailed, lets_through, seen
from bot.outbox.rows import Owed, Planned
from bot.outbox.tables import DeliveryState

BODY_LIMIT = 256 * 1024

_log = get_logger("herald.outbox")


@dataclass(frozen=True, slots=True)
class Unfiltered:
    """An event that an endpoint is owed because nobody could tell whether it wants it."""

    endpoint: Endpoint
    event_id: UUID
    event: Event
    reason: str


class Plan(NamedTuple):
    """An event to be written, and where its filters failed."""

    planned: Planned
    unfiltered: Sequence[Unfiltered]


class FanOut:
    """Chooses among the endpoints and renders: once for each dialect, whoever else has it."""

    def __init__(self, clock: Clock, dialects: Mapping[str, Dialect], *, livemode: bool) -> None:
        self._clock = clock
        self._dialects = dialects
        self._livemode = livemode
        self.new_id = EventIds().new
        self._unknown: set[int] = set()

    def plan(
        self,
        event: Event,
        endpoints: Sequence[Endpoint],
        *,
        is_test: bool = False,
        event_id: UUID | None = None,
    ) -> Plan | None:
        """What is to be written; None where no endpoint wants the event.

        A test goes past filter and threshold. Raises EventTooLarge for a body over 256 KiB.
        """
        if not endpoints:
            return None
        event_id = event_id or self.new_id()
        envelope = Envelope(event_id, event, self._clock.now(), self._livemode, is_test)
        known = [endpoint for endpoint in endpoints if self._knows(endpoint)]
        unfiltered: list[Unfiltered] = []
        wanting = known if is_test else self._wanting(envelope, known, unfiltered)
        planned = self._render(envelope, wanting)
        return Plan(planned, unfiltered) if planned else None

    def _knows(self, endpoint: Endpoint) -> bool:
        """Whether its dialect is one of ours; a later version may have left others behind."""
        if endpoint.dialect in self._dialects:
            return True
        if endpoint.id not in self._unknown:
            self._unknown.add(endpoint.id)
            _log.error("endpoint.unknown_dialect", endpoint=endpoint.id, dialect=endpoint.dialect)
        return False

    def _wanting(
        self, envelope: Envelope, endpoints: Sequence[Endpoint], unfiltered: list[Unfiltered]
    ) -> list[Endpoint]:
        """Those whose threshold and filter let the event through, or whose filter fails."""
        event = envelope.event
        sight: dict[str, Any] | None = None
        wanting: list[Endpoint] = []
        for endpoint in endpoints:
            if not self._dialects[endpoint.dialect].wants(event, endpoint.threshold):
                continue
            if endpoint.filter:
                sight = sight or seen(event)
                try:
                    if not lets_through(endpoint.filter, sight):
                        continue
                except FilterFailed as error:
                    unfiltered.append(Unfiltered(endpoint, envelope.id, event, str(error)))
            wanting.append(endpoint)
        return wanting

    def _render(self, envelope: Envelope, endpoints: Sequence[Endpoint]) -> Planned | None:
        event, created_at = envelope.event, to_ms(envelope.created_at)
        rendered: dict[str, bytes | None] = {}
        owed: list[Owed] = []
        for endpoint in endpoints:
            if self._body(envelope, endpoint.dialect, rendered) is not None:
                feeds = endpoint.feed_hash is not None
                pending = DeliveryState.PENDING
                owed.append(Owed(endpoint.id, endpoint.dialect, pending, created_at, feeds))
        if not owed:
            return None
        if any(one.feeds for one in owed):
            self._body(envelope, FEED_DIALECT, rendered)
        bodies = {name: body for name, body in rendered.items() if body is not None}
        return Planned(envelope.id, event.type, event.guild_id, created_at, bodies, owed)

    def _body(
        self, envelope: Envelope, name: str, rendered: dict[str, bytes | None]
    ) -> bytes | None:
        """The event in that dialect, where it has it; EventTooLarge for a body over 256 KiB."""
        if name not in rendered:
            body = rendered[name] = self._dialects[name].render(envelope)
            if body is not None and len(body) > BODY_LIMIT:
                raise EventTooLarge(envelope.event.type, size=len(body), limit=BODY_LIMIT)
        return rendered[name]
