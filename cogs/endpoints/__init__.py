"""Endpoints as the people of a server see them, under `/webhook`."""

from bot.client import HeraldClient, parts_of
from cogs.endpoints.commands import Webhooks
from cogs.endpoints.controls import EditControls, EndpointControls
from cogs.endpoints.controls_deliveries import DeliveryControls, RedeliveryControls
from cogs.endpoints.services import EndpointServices


async def setup(bot: HeraldClient) -> None:
    """Add the commands, and the buttons of messages sent before a restart."""
    parts = parts_of(bot)
    services = EndpointServices.of(parts)
    for controls in (
        EndpointControls(services),
        DeliveryControls(services),
        EditControls(services),
        RedeliveryControls(services, parts.core.clock),
    ):
        bot.add_dynamic_items(*controls.items())
    await bot.add_cog(Webhooks(services, parts.core.clock))
