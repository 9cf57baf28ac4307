"""Scam pictures as the people of a server see them."""

from bot.client import HeraldClient, parts_of
from bot.features.scams import SCAMS
from cogs.scams.commands import ScamCommands
from cogs.scams.handlers import ScamHandlers
from cogs.scams.listeners import ScamListeners
from cogs.scams.menus import scam_menu


async def setup(bot: HeraldClient) -> None:
    """Add the commands, the menu, the listeners, and the buttons of messages of a restart ago."""
    scams = parts_of(bot)[SCAMS].service
    handlers = ScamHandlers(scams)
    bot.add_dynamic_items(*handlers.items())
    bot.tree.add_command(scam_menu(handlers))
    await bot.add_cog(ScamCommands(handlers))
    await bot.add_cog(ScamListeners(scams.intake))
