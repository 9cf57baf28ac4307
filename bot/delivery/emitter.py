"""The emitter: everything between an event and its receivers, built once and joined here."""

import ssl as tls
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network

from bot.clock import Clock
from bot.config import Config
from bot.delivery.attempts import Attempts
from bot.delivery.claims import Claims, ClaimSettings, Lanes
from bot.delivery.guard import Guard, GuardPolicy
from bot.delivery.health import Health
from bot.delivery.resolver import SystemResolve
from bot.delivery.sender import Sender, SenderLimits
from bot.delivery.settler import OnAutoDisabled, Settler, SettlerSettings
from bot.delivery.worker import Worker, WorkerSettings
from bot.dialects import Dialect, build_dialects
from bot.outbox.endpoints import Endpoint, EndpointIndex, EndpointStore
from bot.outbox.outbox import Outbox, OutboxSettings
from bot.outbox.ready import Ready
from bot.storage.database import Database, Transaction
from bot.storage.migrate import migrate
from bot.storage.vault import Vault, load_keys


def policy_of(config: Config) -> GuardPolicy:
    """The address policy that an instance's settings describe."""
    guard = config.guard
    return GuardPolicy(
        allow_hosts=frozenset(guard.allow_hosts),
        allow_networks=tuple(ip_network(network) for network in guard.allow_networks),
        denied_ports=frozenset(guard.denied_ports),
        allow_http=guard.allow_http,
    )


async def open_database(config: Config) -> Database:
    """The instance's database, open and migrated; a ConfigError says what is in the way."""
    settings = config.database
    database = Database(
        settings.url, synchronous=settings.synchronous, busy_timeout=settings.busy_timeout
    )
    await database.open()
    try:
        await migrate(database)
    except BaseException:
        await database.close()
        raise
    return database


async def open_vault(config: Config, database: Database) -> Vault:
    """The key for stored secrets, proven on them; made only for a database that holds none."""
    store = EndpointStore()
    async with database.reading() as reading:
        endpoints = await store.all(reading)
    key = config.secrets.key.get_secret_value() if config.secrets.key else None
    keys = load_keys(key, config.secrets.key_file, may_create=not endpoints)
    vault = Vault(keys)
    for endpoint in endpoints:
        vault.open(endpoint.sealed_secret)
    if len(keys) > 1:
        async with database.transaction() as tx:
            await store.reseal(tx, vault.reseal)
    return vault


@dataclass(slots=True)
class Emitter:
    """Open parts, ready to start. `auto_disabled` may be set before `start`."""

    config: Config
    clock: Clock
    database: Database
    vault: Vault
    guard: Guard
    dialects: Mapping[str, Dialect]
    lanes: Lanes
    outbox: Outbox
    sender: Sender
    claims: Claims
    worker: Worker
    auto_disabled: OnAutoDisabled | None = None

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
            lanes = await _lanes(config, database)
        except BaseException:
            await database.close()
            raise
        guard = Guard(policy or policy_of(config), SystemResolve())
        dialects = build_dialects(config.delivery.phantom_user_agent)
        settings = config.delivery
        outbox = Outbox(
            database,
            clock,
            index=lanes.index,
            dialects=dialects,
            ready=lanes.ready,
            settings=OutboxSettings(round(settings.lease_seconds * 1000), settings.livemode),
        )
        limits = SenderLimits(connect=settings.connect_timeout, total=settings.total_timeout)
        sender = Sender(guard, limits, ssl=ssl)
        claims = Claims(
            database,
            lanes,
            clock=clock,
            settings=ClaimSettings(settings.lease_seconds, settings.lease_renew_seconds),
        )
        attempts = Attempts(
            sender, guard, dialects=dialects, vault=vault, clock=clock, jitter=settings.jitter
        )

        async def counted_out(tx: Transaction, endpoint: Endpoint) -> None:
            if emitter.auto_disabled is not None:
                await emitter.auto_disabled(tx, endpoint)

        settler = Settler(
            database,
            lanes.index,
            clock=clock,
            dialects=dialects,
            on_auto_disabled=counted_out,
            settings=SettlerSettings(
                settings.settle_linger_ms / 1000, settings.settle_batch, settings.disable_after
            ),
        )
        worker = Worker(
            lanes,
            attempts,
            claims=claims,
            settler=settler,
            clock=clock,
            settings=WorkerSettings(
                settings.max_in_flight, settings.per_endpoint_in_flight, settings.shutdown_grace
            ),
        )
        outbox.on_overflow(claims.overflowed)
        emitter = cls(
            config,
            clock,
            database,
            vault,
            guard,
            dialects,
            lanes,
            outbox,
            sender,
            claims,
            worker,
        )
        return emitter

    async def start(self) -> None:
        """Begin to record and to send."""
        self.outbox.start()
        await self.sender.start()
        await self.worker.start()

    async def stop(self) -> None:
        """Write what was recorded, let requests finish, close everything."""
        await self.outbox.stop()
        await self.worker.stop()
        await self.sender.close()
        await self.database.close()


async def _lanes(config: Config, database: Database) -> Lanes:
    settings = config.delivery
    ready = Ready(limit=settings.ready_limit, per_endpoint=settings.per_endpoint_waiting)
    index = EndpointIndex()
    async with database.reading() as reading:
        index.load(await EndpointStore().all(reading))
    return Lanes(ready, index, Health())
