"""Deliveries of an endpoint, the use cases of `/webhook`: test, look, send again."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.acts import Actor
from bot.catalogue import Event, event_named
from bot.catalogue.test import TestPing
from bot.dialects import Dialect
from bot.features.endpoints import store
from bot.features.endpoints.event_choices import covered, lacking
from bot.features.endpoints.history import (
    EVERY,
    AttemptRow,
    DeliverySummary,
    History,
    ShownState,
    Sought,
    attempts,
    body_of,
)
from bot.features.endpoints.model import refuse_test
from bot.features.endpoints.ports import EndpointsPorts, no_delivery
from bot.features.endpoints.store import Missed
from bot.outbox.endpoints import Endpoint
from bot.outbox.outbox import Outbox

SUGGESTED = 25
LONGEST_NUMBER = 18  # digits
REASONS = 5  # attempts that explain why an endpoint was switched off


@dataclass(frozen=True, slots=True)
class TestSent:
    """Tests on their way to an endpoint, key and type; held while the endpoint is paused."""

    __test__ = False  # pytest would take the class for a test case

    endpoint: Endpoint
    events: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """Some deliveries of an endpoint, newest first; pages count from 0.

    `failed_word` is what its dialect calls the end of the attempts.
    """

    endpoint: Endpoint
    failed_word: str
    deliveries: Sequence[DeliverySummary]
    number: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """One delivery and every attempt at it, the newest first."""

    endpoint: Endpoint
    delivery: DeliverySummary
    attempts: Sequence[AttemptRow]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Backlog of an endpoint: queued (held while it does not receive), and missed by type."""

    queued: int
    missed: Missed


class DeliveriesService:
    """Tests an endpoint, and shows what it was sent and is owed."""

    def __init__(self, ports: EndpointsPorts, outbox: Outbox) -> None:
        self._ports = ports
        self._outbox = outbox

    async def test(self, actor: Actor, name: str, event_type: str | None = None) -> TestSent:
        """Send the example of an event to this one endpoint; without a choice `test.ping`.

        A dialect that has only some events has no `test.ping`: it sends each one subscribed to.
        """
        sent: list[tuple[str, str]] = []
        async with self._ports.database.transaction() as tx:
            endpoint = await self._ports.named(tx, actor.guild_id, name)
            refuse_test(endpoint.name, endpoint.state)
            self._ports.refuse_unreadable(endpoint)
            dialect = self._dialect(endpoint)
            for event in self._samples(actor, endpoint, event_type):
                event_id = await self._outbox.emit_to(tx, event, endpoint)
                if event_id is None:
                    raise lacking(dialect, event.type)
                sent.append((dialect.key(event_id, endpoint.uuid), event.type))
            if actor.source == "dashboard":  # each of its buttons is an entry
                types = [event_type for _key, event_type in sent]
                await self._ports.write(tx, actor, endpoint, "tested", sent=types)
        return TestSent(endpoint, sent)

    async def deliveries(
        self,
        guild_id: int,
        name: str,
        *,
        state: str | None = None,
        page: int = 0,
        sought: Sought = EVERY,
    ) -> DeliveryPage:
        """One page, of one shown state or of all, and only of what is `sought`."""
        page, size = max(page, 0), sought.size
        async with self._ports.database.reading(long_for=guild_id) as reading:
            endpoint = await self._ports.named(reading, guild_id, name)
            history = History(endpoint, self._dialect(endpoint), only=sought.conditions())
            found = await history.page(reading, state, offset=page * size, limit=size + 1)
        failed_word = self._dialect(endpoint).failed_word
        return DeliveryPage(endpoint, failed_word, found[:size], page, len(found) > size)

    async def suggested(
        self, endpoint: Endpoint, typed: str, state: ShownState | None
    ) -> Sequence[DeliverySummary]:
        """The one that was typed, however old, and the newest."""
        async with self._ports.database.reading() as reading:
            history = self._history(endpoint)
            newest = await history.page(reading, state, offset=0, limit=SUGGESTED)
            # Longer ones are no row's number on either engine.
            wanted = int(typed) if typed.isdecimal() and len(typed) <= LONGEST_NUMBER else 0
            exact = await history.one(reading, wanted)
        if exact is None or exact in newest or state not in (None, exact.state):
            return newest
        return [exact, *newest]

    async def look(self, guild_id: int, endpoint_id: int, delivery_id: int) -> Detail:
        """One delivery with every attempt at it, the newest first."""
        async with self._ports.database.reading() as reading:
            endpoint = await self._ports.numbered(reading, guild_id, endpoint_id)
            found = await self._history(endpoint).one(reading, delivery_id)
            if found is None:
                raise no_delivery(endpoint, delivery_id)
            return Detail(endpoint, found, await attempts(reading, delivery_id))

    async def body(self, guild_id: int, endpoint_id: int, delivery_id: int) -> bytes | None:
        """The bytes that are sent with a delivery, while they are kept."""
        async with self._ports.database.reading() as reading:
            endpoint = await self._ports.numbered(reading, guild_id, endpoint_id)
            return await body_of(reading, endpoint, delivery_id)

    async def last_attempts(self, guild_id: int, endpoint_id: int) -> Sequence[AttemptRow]:
        """The newest failed attempts of an endpoint: why it was switched off."""
        async with self._ports.database.reading() as reading:
            endpoint = await self._ports.numbered(reading, guild_id, endpoint_id)
            return await self._history(endpoint).last_failures(reading, REASONS)

    async def waiting(self, endpoint: Endpoint) -> Waiting:
        """How much it is owed, and what it missed."""
        async with self._ports.database.reading() as reading:
            queued = await store.waiting(reading, endpoint.id)
            missed = await store.missed(reading, endpoint.id)
        return Waiting(queued, missed)

    def _samples(self, actor: Actor, endpoint: Endpoint, event_type: str | None) -> Sequence[Event]:
        wanted = (event_type or "").strip().lower()
        dialect = self._dialect(endpoint)
        if not wanted and dialect.events is not None:
            names = covered(dialect, endpoint.patterns)
            return [event_named(name).sample(actor.guild_id) for name in names]
        if wanted and wanted != TestPing.type:
            return [event_named(wanted).sample(actor.guild_id)]
        ping = TestPing(
            guild_id=actor.guild_id,
            message=f"{actor.name} tried this webhook.",
            sent_by_user_id=actor.user_id,
            sent_at=self._ports.clock.now(),
        )
        return [ping]

    def _dialect(self, endpoint: Endpoint) -> Dialect:
        return self._ports.registry.dialects[endpoint.dialect]

    def _history(self, endpoint: Endpoint) -> History:
        return History(endpoint, self._dialect(endpoint))
