"""Deliveries of an endpoint, the use cases of `/webhook`: test, look, send again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.acts import Actor
from bot.catalogue import Event, event_named
from bot.catalogue.test import TestPing
from bot.clock import Clock
from bot.errors import UserError
from bot.features.endpoints import store
from bot.features.endpoints.event_choices import covered, lacking
from bot.features.endpoints.lookup import named, no_delivery, numbered
from bot.features.endpoints.model import refuse_test
from bot.features.endpoints.store import AttemptRow, DeliveryRow, Missed
from bot.outbox.endpoint_registry import EndpointRegistry
from bot.outbox.endpoints import Endpoint
from bot.outbox.held_limits import TOO_LONG
from bot.outbox.outbox import Outbox
from bot.outbox.tables import DeliveryState
from bot.storage.database import Database
from bot.texts import _

PAGE_SIZE = 10
REASONS = 5  # attempts that explain why an endpoint was switched off


class ShownState(StrEnum):
    """A delivery's state as people see it: `held` is a pending one of an idle endpoint."""

    PENDING = "pending"
    DELIVERING = "delivering"
    DELIVERED = "delivered"
    FAILED = "failed"
    HELD = "held"
    MISSED = "missed"


_SHOWN = {
    DeliveryState.PENDING: ShownState.PENDING,
    DeliveryState.DELIVERING: ShownState.DELIVERING,
    DeliveryState.DELIVERED: ShownState.DELIVERED,
    DeliveryState.FAILED: ShownState.FAILED,
    DeliveryState.MISSED: ShownState.MISSED,
}


@dataclass(frozen=True, slots=True)
class TestSent:
    """Tests on their way to an endpoint, key and type; held while the endpoint is paused."""

    __test__ = False  # pytest would take the class for a test case

    endpoint: Endpoint
    events: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class DeliverySummary:
    """One delivery as it is shown; `word` is its state in the words of its dialect.

    `key` is what its receiver tells it by.
    """

    id: int
    key: str
    event_type: str
    created_at: datetime
    state: ShownState
    word: str
    attempt: int
    last_status: int | None
    last_error: str | None
    next_due_at: datetime | None  # only while another attempt is to come


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """Ten deliveries of an endpoint, newest first; pages count from 0.

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

    def __init__(
        self,
        database: Database,
        registry: EndpointRegistry,
        *,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self._database = database
        self._registry = registry
        self._outbox = outbox
        self._clock = clock

    async def test(self, actor: Actor, name: str, event_type: str | None = None) -> TestSent:
        """Send the example of an event to this one endpoint; without a choice `test.ping`.

        A dialect that has only some events has no `test.ping`: it sends each one subscribed to.
        """
        sent: list[tuple[str, str]] = []
        async with self._database.transaction() as tx:
            endpoint = await named(self._registry, tx, actor.guild_id, name)
            refuse_test(endpoint.name, endpoint.state)
            dialect = self._registry.dialects[endpoint.dialect]
            for event in self._samples(actor, endpoint, event_type):
                event_id = await self._outbox.emit_to(tx, event, endpoint)
                if event_id is None:
                    raise lacking(dialect, event.type)
                sent.append((dialect.key(event_id, endpoint.uuid), event.type))
        return TestSent(endpoint, sent)

    async def deliveries(
        self, guild_id: int, name: str, *, state: str | None = None, page: int = 0
    ) -> DeliveryPage:
        """One page, of one shown state or of all."""
        page = max(page, 0)
        async with self._database.reading() as reading:
            endpoint = await named(self._registry, reading, guild_id, name)
            rows = await store.page(
                reading,
                endpoint.id,
                _states(endpoint, state),
                offset=page * PAGE_SIZE,
                limit=PAGE_SIZE + 1,
            )
        shown = [self._shown(endpoint, row) for row in rows[:PAGE_SIZE]]
        failed_word = self._registry.dialects[endpoint.dialect].failed_word
        return DeliveryPage(endpoint, failed_word, shown, page, len(rows) > PAGE_SIZE)

    async def look(self, guild_id: int, endpoint_id: int, delivery_id: int) -> Detail:
        """One delivery with every attempt at it, the newest first."""
        async with self._database.reading() as reading:
            endpoint = await numbered(self._registry, reading, guild_id, endpoint_id)
            row = await store.one(reading, endpoint.id, delivery_id)
            if row is None:
                raise no_delivery(endpoint, delivery_id)
            attempts = await store.attempts(reading, delivery_id)
        return Detail(endpoint, self._shown(endpoint, row), attempts)

    async def last_attempts(self, guild_id: int, endpoint_id: int) -> Sequence[AttemptRow]:
        """The newest failed attempts of an endpoint: why it was switched off."""
        async with self._database.reading() as reading:
            endpoint = await numbered(self._registry, reading, guild_id, endpoint_id)
            return await store.last_failures(reading, endpoint.id, REASONS)

    async def waiting(self, endpoint: Endpoint) -> Waiting:
        """How much it is owed, and what it missed."""
        async with self._database.reading() as reading:
            queued = await store.waiting(reading, endpoint.id)
            missed = await store.missed(reading, endpoint.id)
        return Waiting(queued, missed)

    def _samples(self, actor: Actor, endpoint: Endpoint, event_type: str | None) -> Sequence[Event]:
        wanted = (event_type or "").strip().lower()
        dialect = self._registry.dialects[endpoint.dialect]
        if not wanted and dialect.events is not None:
            names = covered(dialect, endpoint.patterns)
            return [event_named(name).sample(actor.guild_id) for name in names]
        if wanted and wanted != TestPing.type:
            return [event_named(wanted).sample(actor.guild_id)]
        ping = TestPing(
            guild_id=actor.guild_id,
            message=f"{actor.name} tried this webhook.",
            sent_by_user_id=actor.user_id,
            sent_at=self._clock.now(),
        )
        return [ping]

    def _shown(self, endpoint: Endpoint, row: DeliveryRow) -> DeliverySummary:
        state = _SHOWN[row.state]
        if state is ShownState.PENDING and not endpoint.receives:
            state = ShownState.HELD
        dialect = self._registry.dialects[endpoint.dialect]
        return DeliverySummary(
            id=row.id,
            key=dialect.key(row.event_id, endpoint.uuid),
            event_type=row.event_type,
            created_at=row.created_at,
            state=state,
            word=dialect.failed_word if state is ShownState.FAILED else state.value,
            attempt=row.attempt,
            last_status=row.last_status,
            last_error=_why(row),
            next_due_at=row.due_at if state is ShownState.PENDING else None,
        )


def _why(row: DeliveryRow) -> str | None:
    """The last attempt's error, but for what failed without one: held for too long."""
    if row.state is DeliveryState.FAILED and row.reason == TOO_LONG:
        return row.reason
    return row.last_error or row.reason


def _states(endpoint: Endpoint, state: str | None) -> list[DeliveryState]:
    """The stored states behind a shown one; pending is either `pending` or `held`, never both."""
    if state is None:
        return list(DeliveryState)
    idle = ShownState.PENDING if not endpoint.receives else ShownState.HELD
    if state == idle:
        return []
    wanted = ShownState.PENDING if state == ShownState.HELD else state
    found = [stored for stored, shown in _SHOWN.items() if shown == wanted]
    if not found:
        text = _("There is no such state; there are: {known}.")
        raise UserError(text.format(known=", ".join(ShownState)))
    return found
