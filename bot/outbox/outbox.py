"""The only two doors in: `emit(tx, event)` with a change, `record(event)` for a fact of its own."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from bot.catalogue import Event
from bot.clock import Clock, to_ms
from bot.dialects.base import Dialect, Envelope
from bot.errors import EventTooLarge
from bot.outbox.endpoints import Endpoint, EndpointIndex
from bot.outbox.ready import Ready
from bot.outbox.rows import Due, Owed, Planned
from bot.outbox.store import ADD
from bot.outbox.tables import DeliveryState
from bot.storage.database import Database, Transaction
from bot.storage.group import Group

BODY_LIMIT = 256 * 1024


@dataclass(frozen=True, slots=True)
class OutboxSettings:
    """How long a fresh delivery is leased (ms), and what every envelope says of `livemode`."""

    lease_ms: int = 60_000
    livemode: bool = True


class Outbox:
    """Writes each event with one delivery for every subscribed endpoint, and hands them on.

    What this process commits it owns: after the commit the deliveries stand in `ready`, leased
    to it. Where an endpoint's lane is full they stay pending in the database, and
    `on_overflow` is told the endpoint.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        index: EndpointIndex,
        dialects: Mapping[str, Dialect],
        ready: Ready,
        settings: OutboxSettings | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._index = index
        self._dialects = dialects
        self._ready = ready
        self._settings = settings or OutboxSettings()
        self._on_overflow: Callable[[int], None] = lambda _: None
        self._recording: Group[Planned, None] = Group(self._write)

    def on_overflow(self, callback: Callable[[int], None]) -> None:
        """Be told the endpoint whose delivery stayed in the database."""
        self._on_overflow = callback

    def start(self) -> None:
        self._recording.start()

    async def stop(self) -> None:
        """Return when everything recorded so far is durable."""
        await self._recording.stop()

    async def emit(self, tx: Transaction, event: Event) -> UUID | None:
        """Write `event` in the transaction that made it true; None when nobody subscribes.

        Raises EventTooLarge, before anything is written, for a body over 256 KiB.
        """
        planned = self._plan(event, self._index.subscribed(event.guild_id, event.type))
        return await self._emit(tx, planned)

    async def emit_to(self, tx: Transaction, event: Event, endpoint: Endpoint) -> UUID | None:
        """Write `event` for this one endpoint, whatever it subscribes to: for a test."""
        return await self._emit(tx, self._plan(event, (endpoint,)))

    async def record(self, event: Event) -> UUID | None:
        """Write a fact that has no row of its own with the next group; return once durable."""
        planned = self._plan(event, self._index.subscribed(event.guild_id, event.type))
        if planned is None:
            return None
        await self._recording.submit(planned)
        return planned.uuid

    async def _emit(self, tx: Transaction, planned: Planned | None) -> UUID | None:
        if planned is None:
            return None
        self._allot([planned])
        ids = await tx.hot(ADD, [planned])
        tx.on_commit(lambda: self._hand_over([planned], ids))
        return planned.uuid

    async def _write(self, planned: Sequence[Planned]) -> Sequence[None]:
        self._allot(planned)
        ids = await self._database.hot(ADD, planned)
        self._hand_over(planned, ids)
        return [None] * len(planned)

    def _plan(self, event: Event, endpoints: Sequence[Endpoint]) -> Planned | None:
        if not endpoints:
            return None
        now = self._clock.now()
        envelope = Envelope(uuid4(), event, now, self._settings.livemode)
        bodies: dict[str, bytes] = {}
        owed: list[Owed] = []
        for endpoint in endpoints:
            name = endpoint.dialect
            body = bodies.get(name) or self._dialects[name].render(envelope)
            if body is None:
                continue
            if len(body) > BODY_LIMIT:
                raise EventTooLarge(f"{event.type} is {len(body)} bytes; the limit is {BODY_LIMIT}")
            bodies[name] = body
            owed.append(Owed(endpoint.id, name, DeliveryState.PENDING, to_ms(now)))
        if not owed:
            return None
        return Planned(envelope.id, event.type, event.guild_id, to_ms(now), bodies, owed)

    def _allot(self, planned: Sequence[Planned]) -> None:
        """Decide, at the moment of writing, what goes straight to `ready` and what stays."""
        until = to_ms(self._clock.now()) + self._settings.lease_ms
        promised: Counter[int] = Counter()
        for one in planned:
            one.owed[:] = [self._owe(o, one.created_at, until, promised) for o in one.owed]

    def _owe(self, owed: Owed, created_at: int, until: int, promised: Counter[int]) -> Owed:
        endpoint = self._index.get(owed.endpoint_id)
        state, due_at = DeliveryState.PENDING, created_at
        if endpoint is None:
            pass  # deleted, as the statement will find
        elif not endpoint.queues:
            state = DeliveryState.MISSED
        elif endpoint.receives and self._ready.admits(endpoint.id, promised):
            promised[endpoint.id] += 1
            state, due_at = DeliveryState.DELIVERING, until
        return Owed(owed.endpoint_id, owed.dialect, state, due_at)

    def _hand_over(self, planned: Sequence[Planned], ids: list[list[int]]) -> None:
        due: list[Due] = []
        for event, delivery_ids in zip(planned, ids, strict=True):
            for owed, delivery_id in zip(event.owed, delivery_ids, strict=True):
                if not delivery_id:
                    continue
                if owed.state is DeliveryState.DELIVERING:
                    body = event.bodies[owed.dialect]
                    due.append(
                        Due(
                            delivery_id,
                            1,
                            owed.endpoint_id,
                            event.uuid,
                            event.type,
                            body,
                            due_at=event.created_at,
                        )
                    )
                elif owed.state is DeliveryState.PENDING:
                    self._on_overflow(owed.endpoint_id)
        if due:
            self._ready.push_fresh(due)
