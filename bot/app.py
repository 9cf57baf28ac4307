"""The composition root: builds every part once, joins them, starts and stops them in order."""

import ssl as tls
from dataclasses import dataclass

from bot.catalogue.security import AuditDraft
from bot.client import HeraldClient, Parts
from bot.clock import Clock
from bot.config import Config
from bot.delivery.emitter import Emitter
from bot.delivery.guard import GuardPolicy
from bot.delivery.settler import OnAutoDisabled
from bot.features.audit.service import AuditService
from bot.features.endpoints.deliveries import DeliveriesService
from bot.features.endpoints.service import EndpointsService
from bot.features.members.model import MembersSettings
from bot.features.members.service import MembersService
from bot.features.settings.model import GeneralSettings
from bot.features.settings.service import SettingsService
from bot.outbox.endpoints import Endpoint
from bot.settings import FeatureSettings
from bot.storage.database import Transaction

COGS = ("cogs.members", "cogs.endpoints", "cogs.settings")

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
        emitter = await Emitter.open(config, clock, policy=policy, ssl=ssl)
        audit = AuditService(emitter.outbox, clock)
        settings = SettingsService(emitter.database, audit, models=SETTINGS)
        members = MembersService(emitter.outbox, settings, clock, config.members)
        endpoints = EndpointsService(
            emitter.database,
            emitter.book,
            audit=audit,
            guard=emitter.guard,
            clock=clock,
            per_guild=config.endpoints.per_guild,
        )
        deliveries = DeliveriesService(
            emitter.database, emitter.book, outbox=emitter.outbox, audit=audit, clock=clock
        )
        emitter.auto_disabled = _auditing(audit)
        parts = Parts(config, clock, settings, members, endpoints, deliveries)
        client = HeraldClient(parts, COGS)
        return cls(emitter, audit, settings, members, endpoints, deliveries, client)

    async def start(self) -> None:
        """Begin to record and send; call it before the client connects."""
        await self.emitter.start()
        self.members.start()

    async def stop(self) -> None:
        """Stop in the order in which facts flow, so that the last one still leaves."""
        if not self.client.is_closed():
            await self.client.close()
        await self.members.stop()
        await self.emitter.stop()


def _auditing(audit: AuditService) -> OnAutoDisabled:
    async def auto_disabled(tx: Transaction, endpoint: Endpoint) -> None:
        await audit.write(
            tx,
            AuditDraft(
                guild_id=endpoint.guild_id,
                event_type="endpoint.auto_disabled",
                severity="warn",
                source="system",
                summary=f"The webhook “{endpoint.name}” was switched off "
                f"after {endpoint.failures} failed attempts in a row.",
                target_type="endpoint",
                target_id=str(endpoint.id),
                context={"name": endpoint.name, "last_error": endpoint.last_error},
            ),
        )

    return auto_disabled
