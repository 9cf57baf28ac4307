"""Automod as the people of a server see it: `/automod`, and what the rules hear."""

from bot.client import HeraldClient, parts_of
from bot.features.automod import AUTOMOD
from cogs.automod.commands import AutomodCommands
from cogs.automod.handlers import AutomodHandlers
from cogs.automod.listeners import AutomodListeners


async def setup(bot: HeraldClient) -> None:
    """Add the commands, the listeners, and the buttons of messages sent before a restart."""
    parts = parts_of(bot)
    automod = parts[AUTOMOD].service
    handlers = AutomodHandlers(automod, parts.core.incidents)
    bot.add_dynamic_items(*handlers.items())
    await bot.add_cog(AutomodCommands(handlers))
    await bot.add_cog(AutomodListeners(automod))
