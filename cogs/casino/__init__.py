"""Casino as the people of a server see it."""

from bot.client import HeraldClient, parts_of
from bot.features.casino import CASINO
from cogs.casino.commands import CasinoCommands
from cogs.casino.handlers import CasinoHandlers


async def setup(bot: HeraldClient) -> None:
    """Add the commands, and the buttons of messages sent before a restart."""
    handlers = CasinoHandlers(parts_of(bot)[CASINO].service)
    bot.add_dynamic_items(*handlers.items())
    await bot.add_cog(CasinoCommands(handlers))
