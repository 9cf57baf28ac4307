"""Network as the staff of a server, the reviewers and those reported see it."""

from bot.client import HeraldClient, parts_of
from bot.features.network import NETWORK
from cogs.network.commands import NetworkCommands
from cogs.network.handlers import NetworkHandlers
from cogs.network.review_handlers import ReviewHandlers


async def setup(bot: HeraldClient) -> None:
    """Add the commands, and the buttons of cards sent before a restart."""
    parts = parts_of(bot)
    network = parts[NETWORK]
    handlers = NetworkHandlers(network, parts.core.incidents)
    reviews = ReviewHandlers(network)
    bot.add_dynamic_items(*handlers.items(), *reviews.items())
    await bot.add_cog(NetworkCommands(handlers))
