"""Records outcomes in groups, and auto-disables an endpoint in the transaction that does so."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.clock import Clock, to_ms
from bot.dialects.base import Dialect
from bot.outbox.endpoints import Endpoint, EndpointIndex, EndpointStore
from bot.outbox.rows import Settlement, Standing
from bot.outbox.store import SETTLE
from bot.outbox.tables import DeliveryState, EndpointState
from bot.storage.database import Database, Transaction
from bot.storage.group import Group

OnAutoDisabled = Callable[[Transaction, Endpoint], Awaitable[None]]
"""Called inside the transaction that disables, with the endpoint as it is afterwards."""


@dataclass(frozen=True, slots=True)
class SettlerSettings:
    """Seconds a first outcome waits for company, rows a group, failures in a row that disable."""

    linger: float = 0.005
    batch: int = 500
    disable_after: int = 30


class Settler:
    """`put` an outcome; it is durable within about a linger and one transaction."""

    def __init__(
        self,
        database: Database,
        index: EndpointIndex,
        *,
        clock: Clock,
        dialects: Mapping[str, Dialect],
        on_auto_disabled: OnAutoDisabled,
        settings: SettlerSettings | None = None,
    ) -> None:
        self._database = database
        self._index = index
        self._clock = clock
        self._dialects = dialects
        self._on_auto_disabled = on_auto_disabled
        self._settings = settings or SettlerSettings()
        self._store = EndpointStore()
        self._on_due: Callable[[int, int], None] = lambda _endpoint, _due_at: None
        self._group: Group[Settlement, None] = Group(
            self._settle, limit=self._settings.batch, linger=self._settings.linger
        )

    def on_due(self, callback: Callable[[int, int], None]) -> None:
        """Be told (endpoint, ms) of every retry once its row stands."""
        self._on_due = callback

    def start(self) -> None:
        self._group.start()

    async def stop(self) -> None:
        """Return when every outcome put in so far is durable."""
        await self._group.stop()

    async def drained(self) -> None:
        """Return when no outcome waits to be recorded."""
        await self._group.drained()

    @property
    def is_drained(self) -> bool:
        return self._group.is_drained

    def put(self, settlement: Settlement) -> None:
        self._group.put(settlement)

    async def _settle(self, settlements: Sequence[Settlement]) -> Sequence[None]:
        now = self._clock.now()
        async with self._database.transaction() as tx:
            _, standings = await tx.hot(SETTLE, settlements, to_ms(now))
            for standing in standings:
                await self._stand(tx, standing)
            tx.on_commit(lambda: self._tell(settlements))
        return [None] * len(settlements)

    async def _stand(self, tx: Transaction, standing: Standing) -> None:
        """Keep the counters fresh in memory; count out an endpoint that has failed too often."""
        endpoint = self._index.get(standing.endpoint_id)
        if endpoint is None or standing.state != EndpointState.ACTIVE:
            return
        disables = self._dialects[endpoint.dialect].disables_itself
        if not disables or standing.failures < self._settings.disable_after:
            return
        now = self._clock.now()
        if await self._store.change_state(tx, endpoint, EndpointState.AUTO_DISABLED, now):
            disabled = await self._store.by_id(tx, endpoint.id)
            assert disabled is not None  # noqa: S101  changed one line above
            await self._on_auto_disabled(tx, disabled)
            tx.on_commit(lambda: self._index.put(disabled))

    def _tell(self, settlements: Sequence[Settlement]) -> None:
        for settled in settlements:
            if settled.state is DeliveryState.PENDING:
                self._on_due(settled.due.endpoint_id, settled.due_at)
