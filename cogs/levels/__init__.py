"""Levels as the people of a server see them."""

from bot.client import HeraldClient, parts_of
from bot.features.levels import LEVELS
from cogs.levels.commands import LevelCommands, RankCommands
from cogs.levels.handlers import LevelHandlers
from cogs.levels.listeners import LevelListeners


async def setup(bot: HeraldClient) -> None:
    """Add the commands, the listeners, and the buttons of messages sent before a restart."""
    levels = parts_of(bot)[LEVELS].service
    handlers = LevelHandlers(levels)
    bot.add_dynamic_items(*handlers.items())
    await bot.add_cog(RankCommands(handlers))
    await bot.add_cog(LevelCommands(handlers))
    await bot.add_cog(LevelListeners(bot, levels))
