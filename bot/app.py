"""The composition root: builds every part once, joins them, starts and stops them in order."""

import asyncio
import ssl as tls
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

from bot.catalogue.security import AuditDraft
from bot.client import HeraldClient, Parts
from bot.client.guests import Bot, Guests, check_intents
from bot.client.parts import give_parts, has_parts, take_parts
from bot.clock import Clock, SystemClock
from bot.config import Config
from bot.delivery.doctor import GuardedDoor
from bot.delivery.emitter import Emitter
from bot.delivery.guard import GuardPolicy
from bot.delivery.retention import Retention
from bot.delivery.sender import SenderLimits
from bot.delivery.settler import OnAutoDisabled
from bot.errors import HeraldError
from bot.features.audit.pruning import OldEntries
from bot.features.audit.service import AuditService
from bot.features.endpoints.deliveries import DeliveriesService
from bot.features.endpoints.doctor import DoctorService
from bot.features.endpoints.doctor_visit import Doctor
from bot.features.endpoints.editing import EditingService
from bot.features.endpoints.gone import is_gone
from bot.features.endpoints.notices import NoticesService
from bot.features.endpoints.redelivery import RedeliveryService
from bot.features.endpoints.service import EndpointsService
from bot.features.endpoints.statistics import StatisticsService
from bot.features.members.forgetting import LostGuilds
from bot.features.members.model import MembersSettings
from bot.features.members.service import MembersService
from bot.features.settings.model import GeneralSettings
from bot.features.settings.service import SettingsService
from bot.outbox.endpoints import Endpoint
from bot.outbox.outbox import Outbox
from bot.outbox.pruning import EndedDeliveries, Prunes
from bot.outbox.waiting import WaitingDeliveries
from bot.settings import FeatureSettings
from bot.storage.database import Database, Transaction

FEATURES = ("members", "endpoints", "settings")
COGS = tuple(f"cogs.{name}" for name in FEATURES)

SETTINGS: tuple[type[FeatureSettings], ...] = (GeneralSettings, MembersSettings)


@dataclass(slots=True)
class App:
    """Every part of a running bot."""

    emitter: Emitter
    audit: AuditService
    settings: SettingsService
    members: MembersService
    endpoints: EndpointsService
    deliveries: DeliveriesService
    notices: NoticesService
    client: HeraldClient

    @classmethod
    async def open(
        cls,
        config: Config,
        clock: Clock,
        *,
        policy: GuardPolicy | None = None,
        ssl: tls.SSLContext | None = None,
    ) -> "App":
        """Open the database and build everything; nothing is sent, nothing connects."""
        emitter, audit, parts = await _build(config, clock, policy=policy, ssl=ssl)
        return cls(
            emitter,
            audit,
            parts.settings,
            parts.members,
            parts.endpoints,
            parts.deliveries,
            parts.notices,
            HeraldClient(parts, COGS),
        )

    async def start(self) -> None:
        """Begin to record and send; call it before the client connects."""
        await _start(self.emitter, self.client.parts)

    async def stop(self) -> None:
        """Stop in the order in which facts flow, so that the last one still leaves."""
        if not self.client.is_closed():
            await self.client.close()
        await _stop(self.emitter, self.client.parts)


async def attach(
    bot: Bot,
    config: Config,
    *,
    cogs: Sequence[str] = FEATURES,
    clock: Clock | None = None,
    policy: GuardPolicy | None = None,
) -> Outbox:
    """Give somebody else's bot the emitter and the chosen cogs; call it in its `setup_hook`.

    It stops when the bot closes. Commands are synced by the bot's owner, after this. What comes
    back is for facts that the bot finds itself: `await outbox.record(event)`.
    """
    if has_parts(bot):
        raise HeraldError("Herald is attached to this bot already: call attach once")
    extensions = [_extension(name) for name in cogs]
    check_intents(bot, cogs)
    emitter, _audit, parts = await _build(config, clock or SystemClock(), policy=policy)
    guests = Guests(bot)
    give_parts(bot, parts)
    try:
        await _start(emitter, parts)
        await guests.load(extensions)
    except BaseException:
        take_parts(bot)
        await guests.unload()
        await _stop(emitter, parts)
        raise
    _stop_with(bot, guests, emitter, parts)
    return emitter.outbox


def _stop_with(bot: Bot, guests: Guests, emitter: Emitter, parts: Parts) -> None:
    """Stop the emitter once the bot has closed, however often `close` is called."""
    close = bot.close
    stopped: asyncio.Task[None] | None = None

    async def stop() -> None:
        await guests.handled(parts.config.delivery.shutdown_grace)
        take_parts(bot)
        await _stop(emitter, parts)

    async def close_all() -> None:
        nonlocal stopped
        try:
            await close()
        finally:
            stopped = stopped or asyncio.create_task(stop(), name="herald stop")
            await asyncio.shield(stopped)

    bot.close = close_all


def _extension(name: str) -> str:
    if name not in FEATURES:
        raise HeraldError(f"Herald has no cog “{name}”; there are: {', '.join(FEATURES)}")
    found = find_spec("cogs")
    own = Path(__file__).parent.parent / "cogs"
    if found is None or str(own) not in map(str, found.submodule_search_locations or ()):
        raise HeraldError(
            "your own package `cogs` hides Herald's, which has the same name: rename yours"
        )
    return f"cogs.{name}"


async def _build(
    config: Config,
    clock: Clock,
    *,
    policy: GuardPolicy | None = None,
    ssl: tls.SSLContext | None = None,
) -> tuple[Emitter, AuditService, Parts]:
    """Everything but a client."""
    emitter = await Emitter.open(config, clock, policy=policy, ssl=ssl)
    audit = AuditService(emitter.outbox, clock)
    emitter.outbox.reports.use(audit)
    settings = SettingsService(emitter.database, audit, models=SETTINGS)
    members = MembersService(emitter.database, emitter.outbox, settings, clock, config.members)
    database, book, guard = emitter.database, emitter.book, emitter.guard
    per_guild = config.endpoints.per_guild
    endpoints = EndpointsService(
        database, book, audit=audit, guard=guard, clock=clock, per_guild=per_guild
    )
    deliveries = DeliveriesService(database, book, outbox=emitter.outbox, clock=clock)
    notices = NoticesService(database, book, clock=clock)
    emitter.auto_disabled = _counted_out(audit, notices)
    emitter.retention = Retention(_prunes(config, database, audit), clock)
    parts = Parts(
        config,
        clock,
        settings,
        members,
        endpoints,
        deliveries,
        EditingService(database, book, audit=audit, guard=guard, clock=clock),
        RedeliveryService(database, book, audit=audit, clock=clock),
        StatisticsService(database, book, clock=clock),
        notices,
        _doctor(config, emitter, audit, ssl),
    )
    return emitter, audit, parts


def _doctor(
    config: Config, emitter: Emitter, audit: AuditService, ssl: tls.SSLContext | None
) -> DoctorService:
    settings = config.delivery
    limits = SenderLimits(connect=settings.connect_timeout, total=settings.total_timeout)
    door = GuardedDoor(emitter.guard, limits, ssl=ssl)
    return DoctorService(
        emitter.database,
        emitter.book,
        vault=emitter.vault,
        audit=audit,
        doctor=Doctor(door, emitter.clock, livemode=settings.livemode),
        clock=emitter.clock,
    )


def _prunes(config: Config, database: Database, audit: AuditService) -> dict[str, Prunes]:
    """Everything that grows with time, in the order in which it is swept."""
    delivered = timedelta(days=config.delivery.keep_delivered_days)
    failed = timedelta(days=config.delivery.keep_failed_days)
    absent = timedelta(days=config.members.baseline_after_days)
    return {
        "waiting": WaitingDeliveries(database, audit),
        "ended": EndedDeliveries(database, delivered=delivered, failed=failed),
        "members": LostGuilds(database, absent),
        "audit": OldEntries(database, timedelta(days=config.audit.keep_days)),
    }


async def _start(emitter: Emitter, parts: Parts) -> None:
    await emitter.start()
    parts.members.start()
    parts.notices.start()


async def _stop(emitter: Emitter, parts: Parts) -> None:
    await parts.notices.stop()
    await parts.members.stop()
    await emitter.stop()


def _counted_out(audit: AuditService, notices: NoticesService) -> OnAutoDisabled:
    async def auto_disabled(tx: Transaction, endpoint: Endpoint) -> None:
        await audit.write(
            tx,
            AuditDraft(
                guild_id=endpoint.guild_id,
                event_type="endpoint.auto_disabled",
                severity="warn",
                source="system",
                summary=f"The webhook “{endpoint.name}” was switched off {_why(endpoint)}.",
                target_type="endpoint",
                target_id=str(endpoint.id),
                context={"name": endpoint.name, "last_error": endpoint.last_error},
            ),
        )
        await notices.owe(tx, endpoint)

    return auto_disabled


def _why(endpoint: Endpoint) -> str:
    if is_gone(endpoint):
        return "because its receiver answered 410 Gone"
    return f"after {endpoint.failures} failed attempts in a row"
