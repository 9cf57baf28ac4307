"""Endpoints: the webhooks of a server, and what was sent to them."""

from bot.catalogue import EVENTS
from bot.catalogue.security import AuditDraft
from bot.feature import Core, Facade, Feature
from bot.features.endpoints.deliveries import DeliveriesService
from bot.features.endpoints.doctor import DoctorService
from bot.features.endpoints.doctor_probes import Doctor
from bot.features.endpoints.edits import EditsService
from bot.features.endpoints.feeds import FeedsService
from bot.features.endpoints.notices import ClockNotices, Notices
from bot.features.endpoints.personal_data import PERSONAL
from bot.features.endpoints.ports import EndpointsPorts, is_gone
from bot.features.endpoints.pulse import Pulse
from bot.features.endpoints.redelivery import RedeliveryService
from bot.features.endpoints.service import EndpointsService
from bot.features.endpoints.statistics import StatisticsService
from bot.features.endpoints.terms import TermsBounds
from bot.outbox.endpoints import Endpoint
from bot.storage.database import Transaction
from bot.texts import N_


class Endpoints(Facade):
    """The use cases of `/webhook`."""

    personal = PERSONAL

    def __init__(self, core: Core) -> None:
        bounds = TermsBounds.of(core.config.delivery)
        ports = EndpointsPorts(
            core.database, core.registry, core.audit, core.guard, core.clock, bounds
        )
        self._audit = core.audit
        self.unsent = frozenset(e.type for e in EVENTS if not e.is_sent(core.features))
        self.service = EndpointsService(ports, core.config.endpoints.per_guild)
        self.deliveries = DeliveriesService(ports, core.outbox)
        self.edits = EditsService(ports)
        self.feeds = FeedsService(ports, core.public_url)
        self.redelivery = RedeliveryService(ports)
        self.statistics = StatisticsService(ports)
        self.pulse = Pulse(ports)
        self.notices = Notices(
            ports,
            core.posts,
            notice_channel=core.settings.notice_channel,
            disable_after=core.config.delivery.disable_after,
        )
        self.clock_notices = ClockNotices(core)
        self.background = (self.clock_notices,)
        doctor = Doctor(core.door, core.clock, livemode=core.config.delivery.livemode)
        self.doctor = DoctorService(ports, doctor)

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


ENDPOINTS = Feature("endpoints", Endpoints, attachable=True, title=N_("Webhooks"))
