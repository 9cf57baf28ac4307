"""Cases of moderation as the people of a server see them."""

from bot.client import HeraldClient, parts_of
from bot.features.appeals import APPEALS
from bot.features.cases import CASES
from cogs.cases.commands import PersonCommands
from cogs.cases.commands_case import CaseCommands, OwnCommands
from cogs.cases.commands_mass import MassCommands, PurgeCommands
from cogs.cases.handlers import CaseHandlers
from cogs.cases.listeners import CaseListeners, LogListeners
from cogs.cases.menus import Menus


async def setup(bot: HeraldClient) -> None:
    """Add the commands, the menus, and the buttons of messages sent before a restart."""
    parts = parts_of(bot)
    cases = parts[CASES]
    handlers = CaseHandlers(cases, parts[APPEALS].service)
    own = OwnCommands(cases.records)
    bot.add_dynamic_items(*handlers.items(), *own.items())
    for menu in Menus(handlers).all():
        bot.tree.add_command(menu)
    await bot.add_cog(PersonCommands(handlers))
    await bot.add_cog(CaseCommands(handlers))
    await bot.add_cog(MassCommands(cases.mass, parts.core.clock))
    await bot.add_cog(own)
    await bot.add_cog(PurgeCommands(cases.purge, parts.core.clock))
    await bot.add_cog(LogListeners(cases))
    await bot.add_cog(CaseListeners(cases.service))
