"""Duels as the people of a server see them."""

from bot.client import HeraldClient, parts_of
from bot.features.duels import DUELS
from cogs.duels.commands import DuelCommands
from cogs.duels.handlers import DuelHandlers


async def setup(bot: HeraldClient) -> None:
    """Add the commands, and the buttons of messages sent before a restart."""
    handlers = DuelHandlers(parts_of(bot)[DUELS].service)
    bot.add_dynamic_items(*handlers.items())
    await bot.add_cog(DuelCommands(handlers))
