"""Outbox: `emit(tx, event)` with a change, `record(event)` for a fact of its own; no other door."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID
from weakref import WeakKeyDictionary

from bot.catalogue import Event
from bot.clock import Clock, to_ms
from bot.config import DeliveryConfig
from bot.dialects.base import Dialect
from bot.errors import EventTooLarge
from bot.outbox.backlog import oldest_due
from bot.outbox.endpoint_index import EndpointIndex
from bot.outbox.endpoints import Endpoint
from bot.outbox.fan_out import FanOut, Plan
from bot.outbox.hot import ADD
from bot.outbox.priority_queue import Rank
from bot.outbox.ready import Ready
from bot.outbox.reports import Reports
from bot.outbox.rows import LeasedDelivery, Owed, Planned, is_urgent
from bot.outbox.tables import DeliveryState
from bot.storage.database import Database, Transaction
from bot.storage.group import Group


class Outbox:
    """Outbox: each event is written with a delivery for every subscribed endpoint, and handed on.

    What this process commits it owns: after the commit the deliveries stand in `ready`, leased
    to it. Where an endpoint's lane is full they stay pending in the database, and
    `on_overflow` is told the endpoint; `on_emitted` the events of every commit, only to count them.

    A commit may come about though nobody can tell so, as when another server took the place of the
    one that was asked. Whoever then writes an event again writes it under the id that was drawn
    before the first try, with `new_id`, so that its receivers take the two for one.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        index: EndpointIndex,
        dialects: Mapping[str, Dialect],
        ready: Ready,
        settings: DeliveryConfig,
    ) -> None:
        self._database = database
        self._clock = clock
        self._index = index
        self._ready = ready
        self._lease_ms = round(settings.lease_seconds * 1000)
        self._planner = FanOut(clock, dialects, livemode=settings.livemode)
        self.on_overflow: Callable[[int], None] = lambda _: None
        self.on_emitted: Callable[[Sequence[Planned]], None] = lambda _: None
        self._recording: Group[Planned, None] = Group(self._write)
        # Places in `ready` that a transaction was promised and has not filled yet.
        self._promised: WeakKeyDictionary[Transaction, Counter[int]] = WeakKeyDictionary()
        self.new_id = self._planner.new_id
        self.reports = Reports(database, clock, new_id=self.new_id)
        index.watch_drops(self.reports.forget)

    def start(self) -> None:
        self._recording.start()
        self.reports.start()

    async def stop(self) -> None:
        """Return when everything recorded so far is durable, and told where it has to be."""
        await self._recording.stop()
        await self.reports.stop()

    async def emit(
        self,
        tx: Transaction,
        event: Event,
        *,
        event_id: UUID | None = None,
        but_for: int | None = None,
    ) -> UUID | None:
        """Write `event` in the transaction that made it true; None when nobody wants it.

        `but_for` is an endpoint that does not get it, whatever it wants. Raises EventTooLarge,
        before anything is written, for a body over 256 KiB: let it roll back the change, which
        the audit log then tells of.
        """
        return await self._emit(tx, self._plan(event, event_id, but_for))

    async def emit_to(
        self, tx: Transaction, event: Event, endpoint: Endpoint, *, is_first: bool = True
    ) -> UUID | None:
        """Write `event` for this one endpoint, whatever it subscribes to: for a test.

        It goes before all that waits there; held, it is due before that, by a millisecond. One
        that is not to be first waits like any other, and for probes too.
        """
        plan = self._planner.plan(event, (endpoint,), is_test=True)
        if plan is not None and is_first:
            oldest = await oldest_due(tx, endpoint.id)
            created_at = plan.planned.created_at
            plan.planned.goes_at = min([created_at, *map(to_ms, oldest)]) - 1
        return await self._emit(tx, plan)

    async def record(self, event: Event) -> UUID | None:
        """Write a fact that has no row of its own with the next group; return once durable.

        None when nobody wants it. Raises EventTooLarge as `emit` does.
        """
        plan = self._plan(event)
        if plan is None:
            return None
        await self._recording.submit(plan.planned)
        self._tell(plan)
        return plan.planned.uuid

    def _plan(
        self, event: Event, event_id: UUID | None = None, but_for: int | None = None
    ) -> Plan | None:
        wanting = self._index.subscribed(event.guild_id, event.type)
        if but_for is not None:
            wanting = tuple(one for one in wanting if one.id != but_for)
        try:
            return self._planner.plan(event, wanting, event_id=event_id)
        except EventTooLarge as error:
            self.reports.too_large(event, error)
            raise

    async def _emit(self, tx: Transaction, plan: Plan | None) -> UUID | None:
        if plan is None:
            return None
        planned = [plan.planned]
        self._allot(planned, self._promised.setdefault(tx, Counter()), tx)
        ids = await tx.hot(ADD, planned)
        tx.on_commit(lambda: self._hand_over(planned, ids))
        if plan.unfiltered:
            tx.on_commit(lambda: self._tell(plan))
        return plan.planned.uuid

    def _tell(self, plan: Plan) -> None:
        for found in plan.unfiltered:
            self.reports.unfiltered(found)

    async def _write(self, planned: Sequence[Planned]) -> Sequence[None]:
        self._allot(planned, Counter())
        ids = await self._database.hot(ADD, planned)
        self._hand_over(planned, ids)
        return [None] * len(planned)

    def _allot(
        self, planned: Sequence[Planned], promised: Counter[int], tx: Transaction | None = None
    ) -> None:
        """Decide, at the moment of writing, what goes straight to `ready` and what stays."""
        until = to_ms(self._clock.now()) + self._lease_ms
        for one in planned:
            for place, owed in enumerate(one.owed):
                endpoint = self._index.get(owed.endpoint_id, tx)
                one.owed[place] = self._owe(one, owed, endpoint, until, promised)

    def _owe(
        self,
        planned: Planned,
        owed: Owed,
        endpoint: Endpoint | None,
        until: int,
        promised: Counter[int],
    ) -> Owed:
        rank = Rank.URGENT if is_urgent(planned.type) else Rank.FIRST
        state, due_at = DeliveryState.PENDING, planned.created_at
        if planned.goes_at is not None:
            rank, due_at = Rank.TEST, planned.goes_at
        if endpoint is None:
            pass  # deleted, as the statement will find
        elif not endpoint.queues:
            state = DeliveryState.MISSED
        elif endpoint.receives and self._ready.admits(endpoint.id, promised, rank=rank):
            promised[endpoint.id] += 1
            state, due_at = DeliveryState.DELIVERING, until
        return Owed(owed.endpoint_id, owed.dialect, state, due_at, owed.feeds)

    def _hand_over(self, planned: Sequence[Planned], ids: list[list[int]]) -> None:
        due: list[LeasedDelivery] = []
        overflowed: set[int] = set()
        for event, delivery_ids in zip(planned, ids, strict=True):
            for owed, delivery_id in zip(event.owed, delivery_ids, strict=True):
                if not delivery_id:
                    continue
                if owed.state is DeliveryState.DELIVERING:
                    body = event.bodies[owed.dialect]
                    due.append(
                        LeasedDelivery(
                            delivery_id,
                            1,
                            owed.endpoint_id,
                            event.uuid,
                            event.type,
                            body,
                            due_at=event.goes_at or event.created_at,
                            is_test=event.goes_at is not None,
                        )
                    )
                elif owed.state is DeliveryState.PENDING:
                    overflowed.add(owed.endpoint_id)
        if due:
            self._ready.push_fresh(due)
        for endpoint_id in overflowed:  # closes its lane, to which the others were promised
            self.on_overflow(endpoint_id)
        self.on_emitted(planned)
