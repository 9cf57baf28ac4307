"""Settler: records outcomes in groups, and disables or warns in the same transaction."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime

from bot.clock import Clock, to_ms
from bot.config import DeliveryConfig
from bot.outbox import endpoint_store
from bot.outbox.endpoint_registry import EndpointRegistry
from bot.outbox.endpoints import Endpoint
from bot.outbox.hot import SETTLE
from bot.outbox.rows import (
    Ends,
    FailureLimits,
    LeasedDelivery,
    Settlement,
    ended,
    halfway,
    latest,
)
from bot.outbox.tables import DeliveryState, EndpointState
from bot.storage.database import Database, Transaction
from bot.storage.group import Group

OnFailures = Callable[[Transaction, Endpoint], Awaitable[None]]
"""Called inside the transaction that counts, with the endpoint as it is afterwards."""


class Settler:
    """`put` an outcome; it is durable within about a linger and one transaction.

    `on_due` is told (endpoint, ms) of every retry once its row stands.
    """

    def __init__(
        self,
        database: Database,
        registry: EndpointRegistry,
        *,
        clock: Clock,
        settings: DeliveryConfig,
    ) -> None:
        self._database = database
        self._registry = registry
        self._clock = clock
        self._disable_after = settings.disable_after
        self.on_auto_disabled: OnFailures | None = None
        self.on_halfway: OnFailures | None = None  # half as many failures as switch it off
        self.on_due: Callable[[int, int], None] = lambda _endpoint, _due_at: None
        self.on_settled: Callable[[], None] = lambda: None  # what goes in order may go on
        self._group: Group[Settlement, None] = Group(
            self._settle, limit=settings.settle_batch, linger=settings.settle_linger_ms / 1000
        )
        self.start, self.stop, self.put = self._group.start, self._group.stop, self._group.put
        self.drained = self._group.drained

    @property
    def is_drained(self) -> bool:
        return self._group.is_drained

    def held(self) -> Iterator[LeasedDelivery]:
        """The deliveries whose outcome is known here and not yet in the database."""
        return (settled.due for settled in self._group.items())

    async def _settle(self, settlements: Sequence[Settlement]) -> Sequence[None]:
        now = self._clock.now()
        is_asked = any(settled.retry_at or settled.order_at for settled in settlements)
        if is_asked or not await self._record(settlements, now):
            await self._record_with_endpoints(settlements, now)
        self._tell(settlements)
        return [None] * len(settlements)

    async def _record(self, settlements: Sequence[Settlement], now: datetime) -> bool:
        """Record them in one hop; false, with nothing written, where that ends an endpoint."""
        try:
            await self._database.hot(SETTLE, settlements, to_ms(now), self._limits(settlements))
        except Ends:
            return False
        return True

    async def _record_with_endpoints(
        self, settlements: Sequence[Settlement], now: datetime
    ) -> None:
        """Record them with what follows for endpoints, which every process has to know."""
        async with self._database.transaction() as tx:
            recorded, standings = await tx.hot(SETTLE, settlements, to_ms(now))
            ours = [one for one in latest(settlements) if one.due.id in recorded]
            waiting = {one.due.endpoint_id for one in ours if one.retry_at or one.order_at}
            for endpoint_id in sorted(waiting):
                endpoint = await endpoint_store.by_id(tx, endpoint_id)
                if endpoint is not None:
                    await self._registry.index.change(tx, endpoint)
            limits = self._limits(ours)
            for standing in ended(standings, limits):
                await self._disable(tx, standing.endpoint_id, now)
            for standing in halfway(standings, limits):
                await self._warn(tx, standing.endpoint_id)

    def _limits(self, settlements: Sequence[Settlement]) -> FailureLimits:
        """After how many failures in a row each endpoint is switched off; gone, it is at once."""
        limits: dict[tuple[int, int], int] = {}
        for settled in settlements:
            if settled.state is DeliveryState.DELIVERED:
                continue  # it ends nothing
            endpoint = self._registry.index.get(settled.due.endpoint_id)
            if endpoint is None:
                continue
            if settled.gone:
                limits[endpoint.id, settled.due.aim] = 0
            elif self._registry.dialects[endpoint.dialect].disables_itself:
                limits.setdefault((endpoint.id, settled.due.aim), self._disable_after)
        return limits

    async def _disable(self, tx: Transaction, endpoint_id: int, now: datetime) -> None:
        """Switch off an endpoint that has failed too often, or whose receiver is gone."""
        endpoint = self._registry.index.get(endpoint_id)
        if endpoint is None:
            return
        # In the index first: the entry that tells of it must not go out to whom it switched off.
        off = await self._registry.change_state(tx, endpoint, EndpointState.AUTO_DISABLED, now)
        if off is not None and self.on_auto_disabled is not None:
            await self.on_auto_disabled(tx, off)

    async def _warn(self, tx: Transaction, endpoint_id: int) -> None:
        """Let people know before an endpoint is switched off: once in a row of failures."""
        endpoint = await endpoint_store.by_id(tx, endpoint_id)
        if endpoint is not None and self.on_halfway is not None:
            await self.on_halfway(tx, endpoint)

    def _tell(self, settlements: Sequence[Settlement]) -> None:
        for settled in settlements:
            if settled.state is DeliveryState.PENDING:
                self.on_due(settled.due.endpoint_id, settled.due_at)
        if any(settled.in_order for settled in settlements):
            self.on_settled()
