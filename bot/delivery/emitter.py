"""Emitter: everything between an event and its receivers, built once and joined here."""

import ssl as tls
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network

from bot.clock import Clock
from bot.config import Config
from bot.delivery.attempts import Attempts
from bot.delivery.claims import Claimer
from bot.delivery.dns import SystemResolve
from bot.delivery.guard import Guard, GuardPolicy
from bot.delivery.health import EndpointHealth
from bot.delivery.lanes import Lanes
from bot.delivery.leases import Leases, LeaseSettings
from bot.delivery.rate_limit import RateLimits
from bot.delivery.sender import Sender, SenderLimits
from bot.delivery.settler import OnAutoDisabled, Settler, SettlerSettings
from bot.delivery.slots import Slots
from bot.delivery.worker import Worker
from bot.dialects import Dialect, build_dialects
from bot.outbox.endpoint_index import EndpointIndex
from bot.outbox.endpoint_refresh import EndpointRefresh
from bot.outbox.endpoint_registry import EndpointRegistry
from bot.outbox.endpoints import Endpoint
from bot.outbox.outbox import Outbox, OutboxSettings
from bot.outbox.ready import Ready
from bot.outbox.startup import load_endpoints, open_database, open_vault, refuse_strangers
from bot.storage.database import Database, Transaction
from bot.storage.vault import Vault


def policy_of(config: Config) -> GuardPolicy:
    """The address policy that an instance's settings describe."""
    guard = config.guard
    return GuardPolicy(
        allow_hosts=frozenset(guard.allow_hosts),
        allow_networks=tuple(ip_network(network) for network in guard.allow_networks),
        denied_ports=frozenset(guard.denied_ports),
        allow_http=guard.allow_http,
    )


@dataclass(frozen=True, slots=True)
class Foundation:
    """Ground that the emitter's parts stand on."""

    config: Config
    clock: Clock
    database: Database
    vault: Vault
    lanes: Lanes
    dialects: Mapping[str, Dialect]


class Emitter:
    """`open` it, set `auto_disabled`, `start` it; `stop` sends what it can."""

    def __init__(
        self, base: Foundation, policy: GuardPolicy, *, ssl: tls.SSLContext | None = None
    ) -> None:
        self.clock = base.clock
        self.database = base.database
        self.vault = base.vault
        self.lanes = base.lanes
        self.dialects = base.dialects
        self.auto_disabled: OnAutoDisabled | None = None
        self.registry = EndpointRegistry(base.lanes.index, vault=base.vault, dialects=base.dialects)
        self._refresh = EndpointRefresh(base.database, base.lanes.index, dialects=base.dialects)
        self._running = False
        self._resolve = SystemResolve()
        self.guard = Guard(policy, self._resolve)
        settings = base.config.delivery
        limits = SenderLimits(connect=settings.connect_timeout, total=settings.total_timeout)
        self._sender = Sender(self.guard, limits, ssl=ssl, clock=base.clock)
        self.outbox = _outbox(base)
        self.claims = _claims(base)
        self.outbox.on_overflow(self.claims.overflowed)
        self.worker = Worker(
            base.lanes,
            self._attempts(base),
            claims=self.claims,
            settler=self._settler(base),
            clock=base.clock,
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
    ) -> "Emitter":
        """Open the database and build every part; nothing is sent before `start`."""
        database = await open_database(config)
        try:
            vault = await open_vault(config, database)
            dialects = build_dialects(config.delivery.phantom_user_agent)
            endpoints = await load_endpoints(database)
            refuse_strangers(endpoints, dialects)
            index = EndpointIndex(database.changes)
            index.load(endpoints)
        except BaseException:
            await database.close()
            raise
        settings = config.delivery
        ready = Ready(limit=settings.ready_limit, per_endpoint=settings.per_endpoint_waiting)
        slots = Slots(settings.max_in_flight, settings.per_endpoint_in_flight)
        lanes = Lanes(ready, index, EndpointHealth(), slots, RateLimits(clock))
        base = Foundation(config, clock, database, vault, lanes, dialects)
        return cls(base, policy or policy_of(config), ssl=ssl)

    @property
    def is_running(self) -> bool:
        """Whether it sends: started, and not stopping."""
        return self._running

    async def start(self) -> None:
        """Begin to record and to send."""
        self._running = True
        await self.database.start()
        self.outbox.start()
        await self._sender.start()
        await self.worker.start()
        self._refresh.start()

    async def stop(self) -> None:
        """Write what was recorded, let requests finish, close everything; started or not."""
        self.worker.wind_down()
        if self._running:
            self._running = False
            await self._refresh.stop()
            await self.outbox.stop()
            await self.worker.stop()
            await self._sender.close()
        await self.close()

    async def close(self) -> None:
        """Close what `open` opened; for an emitter that was never started."""
        self._resolve.close()
        await self.database.close()

    def _attempts(self, base: Foundation) -> Attempts:
        return Attempts(
            self._sender,
            self.guard,
            dialects=base.dialects,
            vault=base.vault,
            clock=base.clock,
            jitter=base.config.delivery.jitter,
        )

    def _settler(self, base: Foundation) -> Settler:
        settings = base.config.delivery
        return Settler(
            base.database,
            base.lanes.index,
            clock=base.clock,
            dialects=base.dialects,
            on_auto_disabled=self._counted_out,
            settings=SettlerSettings(
                settings.settle_linger_ms / 1000, settings.settle_batch, settings.disable_after
            ),
        )

    async def _counted_out(self, tx: Transaction, endpoint: Endpoint) -> None:
        if self.auto_disabled is not None:
            await self.auto_disabled(tx, endpoint)


def _outbox(base: Foundation) -> Outbox:
    settings = base.config.delivery
    return Outbox(
        base.database,
        base.clock,
        index=base.lanes.index,
        dialects=base.dialects,
        ready=base.lanes.ready,
        settings=OutboxSettings(round(settings.lease_seconds * 1000), settings.livemode),
    )


def _claims(base: Foundation) -> Claimer:
    settings = base.config.delivery
    leases = Leases(
        base.database,
        base.lanes.ready,
        clock=base.clock,
        dialects=base.dialects,
        settings=LeaseSettings(
            settings.lease_seconds, settings.lease_renew_seconds, settings.jitter
        ),
    )
    return Claimer(base.database, base.lanes, leases=leases, clock=base.clock)
