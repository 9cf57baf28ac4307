"""Services that the commands and buttons of `/webhook` call."""

from dataclasses import dataclass

from bot.feature import Parts
from bot.features.endpoints import ENDPOINTS
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
        endpoints = parts[ENDPOINTS]
        return cls(
            endpoints.service,
            endpoints.deliveries,
            endpoints.edits,
            endpoints.redelivery,
            endpoints.statistics,
            endpoints.doctor,
        )
