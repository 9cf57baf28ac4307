"""Builds every part of the bot once, and joins them; nothing starts here."""

import ssl as tls
from datetime import timedelta

from bot.acts import Acts
from bot.catalogue.security import AuditDraft
from bot.client import Parts
from bot.client.acts import DiscordActs
from bot.clock import Clock
from bot.config import Config
from bot.delivery.doctor import GuardedDoor
from bot.delivery.emitter import Emitter
from bot.delivery.guard import GuardPolicy
from bot.delivery.retention import Retention
from bot.delivery.sender import SenderLimits
from bot.delivery.settler import OnAutoDisabled
from bot.features.appeals.links import PURPOSE as LINKS
from bot.features.appeals.links import Issuing, Links
from bot.features.appeals.ports import Tools as AppealsTools
from bot.features.appeals.service import AppealsService
from bot.features.appeals.settings import AppealsSettings, refusal
from bot.features.audit.retention import OldEntries
from bot.features.audit.service import AuditService
from bot.features.cases.evidence import EvidenceService
from bot.features.cases.export import ExportService
from bot.features.cases.lifting import Pardons
from bot.features.cases.ports import Tools as CasesTools
from bot.features.cases.purge import PurgeService
from bot.features.cases.records import RecordsService
from bot.features.cases.service import CasesService
from bot.features.cases.settings import CasesSettings
from bot.features.endpoints.deliveries import DeliveriesService
from bot.features.endpoints.doctor import DoctorService
from bot.features.endpoints.doctor_visit import Doctor
from bot.features.endpoints.edits import EditsService
from bot.features.endpoints.gone import is_gone
from bot.features.endpoints.notices import NoticesService
from bot.features.endpoints.redelivery import RedeliveryService
from bot.features.endpoints.service import EndpointsService
from bot.features.endpoints.statistics import StatisticsService
from bot.features.members.model import MembersSettings
from bot.features.members.retention import LostGuilds
from bot.features.members.service import MembersService
from bot.features.settings.model import GeneralSettings
from bot.features.settings.service import SettingsService
from bot.outbox.endpoints import Endpoint
from bot.outbox.held_limits import WaitingDeliveries
from bot.outbox.retention import EndedDeliveries, Prunes
from bot.settings import FeatureSettings
from bot.storage.database import Database, Transaction
from bot.storage.vault import derive, load_keys

SETTINGS: tuple[type[FeatureSettings], ...] = (
    GeneralSettings,
    MembersSettings,
    CasesSettings,
    AppealsSettings,
)


async def build(
    config: Config,
    clock: Clock,
    *,
    policy: GuardPolicy | None = None,
    ssl: tls.SSLContext | None = None,
    public_url: str | None = None,
) -> tuple[Emitter, AuditService, Parts]:
    """Everything but a client; `public_url` is where the web face is reached, if it is."""
    emitter = await Emitter.open(config, clock, policy=policy, ssl=ssl)
    audit = AuditService(emitter.outbox, clock)
    emitter.outbox.reports.use(audit)
    settings = SettingsService(emitter.database, audit, models=SETTINGS)
    settings.refuse(AppealsSettings, refusal(is_reachable=public_url is not None))
    acts = DiscordActs(clock)
    members = MembersService(
        emitter.database, emitter.outbox, settings, acts, clock, config.members
    )
    links = Links(derive(keys_of(config), LINKS), public_url)
    cases, appeals = moderation(
        emitter, audit, settings=settings, members=members, links=links, acts=acts
    )
    database, book, guard = emitter.database, emitter.book, emitter.guard
    notices = NoticesService(database, book, clock=clock)
    _complete(config, emitter, audit, notices)
    parts = Parts(
        config,
        clock,
        acts,
        settings,
        members,
        _endpoints(config, emitter, audit),
        DeliveriesService(database, book, outbox=emitter.outbox, clock=clock),
        EditsService(database, book, audit=audit, guard=guard, clock=clock),
        RedeliveryService(database, book, audit=audit, clock=clock),
        StatisticsService(database, book, clock=clock),
        notices,
        _doctor(config, emitter, audit, ssl),
        cases,
        RecordsService(cases.tools),
        EvidenceService(cases.tools),
        ExportService(cases.tools),
        PurgeService(cases.tools, audit),
        appeals,
    )
    return emitter, audit, parts


def _endpoints(config: Config, emitter: Emitter, audit: AuditService) -> EndpointsService:
    return EndpointsService(
        emitter.database,
        emitter.book,
        audit=audit,
        guard=emitter.guard,
        clock=emitter.clock,
        per_guild=config.endpoints.per_guild,
    )


def moderation(
    emitter: Emitter,
    audit: AuditService,
    *,
    settings: SettingsService,
    members: MembersService,
    links: Links,
    acts: Acts,
) -> tuple[CasesService, AppealsService]:
    """Cases write the links of appeals into their letters; appeals lift what cases did."""
    database, clock = emitter.database, emitter.clock
    issuing = Issuing(settings, links, clock=clock)
    tools = CasesTools(
        database, emitter.outbox, settings, members.own, acts, clock, appeal_link=issuing.link
    )
    cases, pardons = CasesService(tools), Pardons(tools)
    members.reactions.append(cases.on_unbanned)
    members.late_joins.append(cases.on_late_joins)
    appeals = AppealsService(AppealsTools(database, settings, pardons, audit, clock, acts), issuing)
    tools.on_ended.append(appeals.on_ended)
    tools.on_deleting.append(appeals.on_deleting)
    return cases, appeals


def keys_of(config: Config) -> list[str]:
    """The key file's, which opening the emitter has made where there was none."""
    key = config.secrets.key.get_secret_value() if config.secrets.key else None
    return load_keys(key, config.secrets.key_file, may_create=False)


def _complete(
    config: Config, emitter: Emitter, audit: AuditService, notices: NoticesService
) -> None:
    """What the emitter calls of the features above it."""
    emitter.auto_disabled = _counted_out(audit, notices)
    emitter.retention = Retention(_prunes(config, emitter.database, audit), emitter.clock)


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
