"""Endpoints as the people of a server see them, under `/webhook`."""

from bot.client import HeraldClient, parts_of
from bot.features.dashboard import DASHBOARD
from bot.features.endpoints import ENDPOINTS
from bot.features.incoming import INCOMING
from cogs.endpoints.commands import Webhooks
from cogs.endpoints.controls import EndpointControls
from cogs.endpoints.controls_deliveries import DeliveryControls
from cogs.endpoints.controls_feed import FeedControls
from cogs.endpoints.handlers import EndpointHandlers
from cogs.endpoints.incoming_controls import IncomingHandlers


async def setup(bot: HeraldClient) -> None:
    """Add the commands, and the buttons of messages sent before a restart."""
    parts = parts_of(bot)
    handlers = EndpointHandlers(parts[ENDPOINTS], parts[DASHBOARD].service, clock=parts.core.clock)
    bot.add_dynamic_items(*EndpointControls(handlers).items())
    bot.add_dynamic_items(*DeliveryControls(handlers).items())
    bot.add_dynamic_items(*FeedControls(handlers).items())
    incoming = IncomingHandlers(parts[INCOMING].service)
    bot.add_dynamic_items(*incoming.items())
    await bot.add_cog(Webhooks(handlers, incoming))
