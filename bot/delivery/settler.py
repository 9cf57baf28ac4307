"""Settler: records outcomes in groups, and auto-disables an endpoint in the same transaction."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock, to_ms
from bot.dialects.base import Dialect
from bot.outbox import endpoint_store
from bot.outbox.endpoint_index import EndpointIndex
from bot.outbox.endpoints import Endpoint
from bot.outbox.hot import SETTLE, SETTLE_ALONE, Ends, ended
from bot.outbox.rows import LeasedDelivery, Settlement
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

    def held(self) -> Iterator[LeasedDelivery]:
        """The deliveries whose outcome is known here and not yet in the database."""
        return (settled.due for settled in self._group.items())

    def put(self, settlement: Settlement) -> None:
        self._group.put(settlement)

    async def _settle(self, settlements: Sequence[Settlement]) -> Sequence[None]:
        now, limits = self._clock.now(), self._limits(settlements)
        try:
            await self._database.hot(SETTLE_ALONE, settlements, to_ms(now), limits)
        except Ends:
            async with self._database.transaction() as tx:
                recorded, standings = await tx.hot(SETTLE, settlements, to_ms(now))
                limits = self._limits([s for s in settlements if s.due.id in recorded])
                for standing in ended(standings, limits):
                    await self._disable(tx, standing.endpoint_id, now)
        self._tell(settlements)
        return [None] * len(settlements)

    def _limits(self, settlements: Sequence[Settlement]) -> dict[int, int]:
        """After how many failures in a row each endpoint is switched off; gone, it is at once."""
        limits: dict[int, int] = {}
        for settled in settlements:
            endpoint = self._index.get(settled.due.endpoint_id)
            if endpoint is None:
                continue
            if settled.gone:
                limits[endpoint.id] = 0
            elif self._dialects[endpoint.dialect].disables_itself:
                limits.setdefault(endpoint.id, self._settings.disable_after)
        return limits

    async def _disable(self, tx: Transaction, endpoint_id: int, now: datetime) -> None:
        """Switch off an endpoint that has failed too often, or whose receiver is gone."""
        endpoint = self._index.get(endpoint_id)
        if endpoint is None:
            return
        if await endpoint_store.change_state(tx, endpoint, EndpointState.AUTO_DISABLED, now):
            disabled = await endpoint_store.by_id(tx, endpoint.id)
            assert disabled is not None  # noqa: S101  changed one line above
            # First of all: the entry that tells of it must not go out to whom it switched off.
            await self._index.change(tx, disabled)
            await self._on_auto_disabled(tx, disabled)

    def _tell(self, settlements: Sequence[Settlement]) -> None:
        for settled in settlements:
            if settled.state is DeliveryState.PENDING:
                self._on_due(settled.due.endpoint_id, settled.due_at)
