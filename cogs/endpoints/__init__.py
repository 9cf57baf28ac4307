"""`/webhook`: endpoints as the people of a server see them."""

from bot.client import HeraldClient
from cogs.endpoints.commands import Webhooks
from cogs.endpoints.controls import Controls


async def setup(bot: HeraldClient) -> None:
    """Add the commands, and the buttons of messages sent before a restart."""
    parts = bot.parts
    controls = Controls(parts.endpoints, parts.deliveries)
    bot.add_dynamic_items(*controls.items())
    await bot.add_cog(Webhooks(parts.endpoints, parts.deliveries))
