"""What the commands and buttons of `/webhook` call."""

from dataclasses import dataclass

from bot.client import Parts
from bot.features.endpoints.deliveries import DeliveriesService
from bot.features.endpoints.doctor import DoctorService
from bot.features.endpoints.edits import EditsService
from bot.features.endpoints.redelivery import RedeliveryService
from bot.features.endpoints.service import EndpointsService
from bot.features.endpoints.statistics import StatisticsService


@dataclass(frozen=True, slots=True)
class EndpointServices:
    """The use cases of endpoints."""

    endpoints: EndpointsService
    deliveries: DeliveriesService
    editing: EditsService
    redelivery: RedeliveryService
    statistics: StatisticsService
    doctor: DoctorService

    @classmethod
    def of(cls, parts: Parts) -> "EndpointServices":
        """The client's own."""
        return cls(
            parts.endpoints,
            parts.deliveries,
            parts.editing,
            parts.redelivery,
            parts.statistics,
            parts.doctor,
        )
