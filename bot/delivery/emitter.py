"""Emitter: everything between an event and its receivers, built once and joined here."""

import ssl as tls
from collections.abc import Awaitable, Callable, Mapping
from ipaddress import ip_network

from bot.clock import Clock
from bot.clock_skew import ClockSkew
from bot.config import Config, DeliveryConfig
from bot.delivery import descriptors
from bot.delivery.attempts import Attempts
from bot.delivery.claims import Claimer
from bot.delivery.dns import SystemResolve
from bot.delivery.due_signals import DueSignals
from bot.delivery.egress import Egress, egress_of
from bot.delivery.failures import Deadlines
from bot.delivery.faults import FaultFinder
from bot.delivery.guard import Guard, GuardPolicy
from bot.delivery.health import EndpointHealth
from bot.delivery.lanes import Lanes
from bot.delivery.leases import Leases
from bot.delivery.rate_limit import RateLimits
from bot.delivery.sender import Sender
from bot.delivery.settler import Settler
from bot.delivery.slots import Slots
from bot.delivery.worker import Worker
from bot.dialects import Dialect, build_dialects
from bot.outbox.endpoint_index import EndpointIndex, EndpointRefresh
from bot.outbox.endpoint_registry import EndpointRegistry
from bot.outbox.outbox import Outbox
from bot.outbox.ready import Ready
from bot.outbox.startup import open_database, open_vault
from bot.shutdown import Shutdown
from bot.storage.database import Database
from bot.storage.files import Told, untold
from bot.storage.vault import Vault

REST = 10.0  # seconds, for a stop beyond the grace that requests have


def policy_of(config: Config) -> GuardPolicy:
    """The address policy that an instance's settings describe."""
    guard = config.guard
    return GuardPolicy(
        allow_hosts=frozenset(guard.allow_hosts),
        allow_networks=tuple(ip_network(network) for network in guard.allow_networks),
        denied_ports=frozenset(guard.denied_ports),
        allow_http=guard.allow_http,
    )


def shutdown_of(grace: float) -> Shutdown:
    """The time that a stop has: for requests under way to finish, and for the rest.

    Without a database a step gives up after half of that, or the last one would have nothing left.
    """
    return Shutdown(grace + REST, each=REST / 2)


def _lanes(
    index: EndpointIndex, clock: Clock, dialects: Mapping[str, Dialect], settings: DeliveryConfig
) -> Lanes:
    ready = Ready(limit=settings.ready_limit, per_endpoint=settings.per_endpoint_waiting)
    slots = Slots(settings.max_in_flight, settings.per_endpoint_in_flight)
    steady = frozenset(one.name for one in dialects.values() if not one.disables_itself)
    return Lanes(ready, index, EndpointHealth(), slots, RateLimits(clock), steady=steady)


class Emitter:
    """`open` it, set `settler.on_auto_disabled`, `start` it; `stop` sends what it can."""

    def __init__(
        self,
        config: Config,
        database: Database,
        *,
        vault: Vault,
        clock: Clock,
        policy: GuardPolicy,
        egress: Egress | None = None,
    ) -> None:
        settings = config.delivery
        self._delivers = True
        self.clock, self.database, self.vault = clock, database, vault
        self._running, self._grace = False, settings.shutdown_grace
        self.faults = FaultFinder()
        self._resolve = SystemResolve()
        self.guard = Guard(policy, self._resolve)
        self.skew = ClockSkew()
        clock.on_set(self.skew.clock_set)
        self.faults.is_clock_doubted = lambda: self.skew.is_doubted
        under_way = descriptors.in_flight(descriptors.limit(), settings.max_in_flight)
        self.egress = egress or Egress()
        self._sender = self._new_sender(settings, under_way)
        dialects = build_dialects(settings.phantom_user_agent)
        index = EndpointIndex(database.changes, dialects)
        self.refresh = EndpointRefresh(database, index, dialects=dialects)
        self.registry = EndpointRegistry(index, vault=vault, dialects=dialects)
        bounded = settings.model_copy(update={"max_in_flight": under_way})
        self.lanes = _lanes(index, clock, dialects, bounded)
        ready = self.lanes.ready
        ready.is_shared = not database.is_sqlite
        self.outbox = Outbox(
            database, clock, index=index, dialects=dialects, ready=ready, settings=settings
        )
        self.settler = Settler(database, self.registry, clock=clock, settings=settings)
        leases = Leases(database, ready, clock=clock, dialects=dialects, settings=settings)
        self.claims = Claimer(database, self.lanes, leases=leases, clock=clock)
        self.due = self._due_signals()
        self.outbox.on_overflow = self._overflowed
        self.worker = self._worker(settings)

    def _due_signals(self) -> DueSignals:
        return DueSignals(
            self.database.signals,
            self.lanes.index,
            shares=self.lanes.ready.shares,
            clock=self.clock,
            due=self.claims.flows_again,
        )

    def _new_sender(self, settings: DeliveryConfig, under_way: int) -> Sender:
        return Sender(
            self.guard,
            Deadlines(connect=settings.connect_timeout, total=settings.total_timeout),
            egress=self.egress,
            clock=self.clock,
            skew=self.skew,
            idle=descriptors.idle(descriptors.limit(), under_way),
        )

    def _worker(self, settings: DeliveryConfig) -> Worker:
        attempts = Attempts(
            self._sender,
            self.guard,
            registry=self.registry,
            clock=self.clock,
            faults=self.faults,
            settings=settings,
        )
        return Worker(
            self.lanes,
            attempts,
            claims=self.claims,
            settler=self.settler,
            clock=self.clock,
            grace=settings.shutdown_grace,
        )

    @classmethod
    async def open(
        cls,
        config: Config,
        clock: Clock,
        *,
        policy: GuardPolicy | None = None,
        ssl: tls.SSLContext | None = None,
        told: Told = untold,
    ) -> "Emitter":
        """Open the database and build every part; nothing is sent before `start`.

        `told` is what it does, where that may take long.
        """
        egress = egress_of(config, ssl)
        database = await open_database(config, told)
        try:
            vault = await open_vault(config, database)
            policy = policy or policy_of(config)
            emitter = cls(config, database, vault=vault, clock=clock, policy=policy, egress=egress)
            await emitter.refresh.load()
        except BaseException:
            await database.close()
            raise
        return emitter

    @property
    def is_running(self) -> bool:
        """Whether it sends: started, and not stopping."""
        return self._running

    def leave_delivering(self) -> None:
        """Let other processes deliver what this one writes; before it starts."""
        self._delivers = False
        self.lanes.ready.shares.divide("", ())

    def _overflowed(self, endpoint_id: int) -> None:
        if not self.due.overflowed(endpoint_id):
            self.claims.overflowed(endpoint_id)

    async def start(self) -> None:
        """Begin to record, and to send unless others do."""
        self._running = True
        await self.database.start()
        self.outbox.start()
        if self._delivers:
            await self._sender.start()
            await self.worker.start()
        self.due.start()
        self.refresh.start()

    async def stop(
        self, shutdown: Shutdown | None = None, *, last: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        """Write what was recorded, let requests finish, close everything; started or not.

        `last` is done before the database is closed.

        Where the database is away, what it was to be told waits for it no longer than `shutdown`
        gives it, and is tried again at the next start.
        """
        shutdown = shutdown or shutdown_of(self._grace)
        self.worker.wind_down()
        if self._running:
            self._running = False
            await shutdown.step("endpoint refresh", self.refresh.stop)
            await shutdown.step("recorded events", self.outbox.stop)
            await self.due.stop()
            if self._delivers:
                await self.worker.stop(shutdown)
                await shutdown.step("connections to receivers", self._sender.close)
        if last is not None:
            await shutdown.step("fleet", last)
        await shutdown.step("database", self.close)

    async def close(self) -> None:
        """Close what `open` opened; for an emitter that was never started."""
        self._resolve.close()
        await self.database.close()
