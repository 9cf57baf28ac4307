"""Endpoints: the webhooks of a server, and what was sent to them."""

from bot.catalogue.security import AuditDraft
from bot.feature import Core, Facade, Feature
from bot.features.endpoints.deliveries import DeliveriesService
from bot.features.endpoints.doctor import DoctorService
from bot.features.endpoints.doctor_visit import Doctor
from bot.features.endpoints.edits import EditsService
from bot.features.endpoints.gone import is_gone
from bot.features.endpoints.notices import Notices
from bot.features.endpoints.redelivery import RedeliveryService
from bot.features.endpoints.service import EndpointsService
from bot.features.endpoints.statistics import StatisticsService
from bot.outbox.endpoints import Endpoint
from bot.storage.database import Transaction


class Endpoints(Facade):
    """The use cases of `/webhook`."""

    def __init__(self, core: Core) -> None:
        database, registry, clock, audit = core.database, core.registry, core.clock, core.audit
        self._audit = audit
        self.service = EndpointsService(
            database,
            registry,
            audit=audit,
            guard=core.guard,
            clock=clock,
            per_guild=core.config.endpoints.per_guild,
        )
        self.deliveries = DeliveriesService(database, registry, outbox=core.outbox, clock=clock)
        self.edits = EditsService(database, registry, audit=audit, guard=core.guard, clock=clock)
        self.redelivery = RedeliveryService(database, registry, audit=audit, clock=clock)
        self.statistics = StatisticsService(database, registry, clock=clock)
        self.notices = Notices(
            database, registry, posts=core.posts, notice_channel=core.settings.notice_channel
        )
        self.doctor = DoctorService(
            database,
            registry,
            vault=core.vault,
            audit=audit,
            doctor=Doctor(core.door, clock, livemode=core.config.delivery.livemode),
            clock=clock,
        )

    async def on_auto_disabled(self, tx: Transaction, endpoint: Endpoint) -> None:
        """A reaction: an endpoint that was counted out is an entry of the log, and told of."""
        why = f"after {endpoint.failures} failed attempts in a row"
        if is_gone(endpoint):
            why = "because its receiver answered 410 Gone"
        await self._audit.write(
            tx,
            AuditDraft(
                guild_id=endpoint.guild_id,
                event_type="endpoint.auto_disabled",
                severity="warn",
                source="system",
                summary=f"The webhook “{endpoint.name}” was switched off {why}.",
                target_type="endpoint",
                target_id=str(endpoint.id),
                context={"name": endpoint.name, "last_error": endpoint.last_error},
            ),
        )
        await self.notices.owe(tx, endpoint)


ENDPOINTS = Feature("endpoints", Endpoints, attachable=True)
