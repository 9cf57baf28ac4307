"""Giveaways as the people of a server see them."""

from bot.client import HeraldClient, parts_of
from bot.features.giveaways import GIVEAWAYS
from cogs.giveaways.commands import GiveawayCommands
from cogs.giveaways.handlers import GiveawayHandlers


async def setup(bot: HeraldClient) -> None:
    """Add the commands, and the buttons of messages sent before a restart."""
    handlers = GiveawayHandlers(parts_of(bot)[GIVEAWAYS].service)
    bot.add_dynamic_items(*handlers.items())
    await bot.add_cog(GiveawayCommands(handlers))
