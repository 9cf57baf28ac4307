"""Moderation cases as the people of a server see them."""

from bot.client import HeraldClient, parts_of
from cogs.cases.commands import PunishCommands
from cogs.cases.commands_case import CaseCommands
from cogs.cases.commands_lift import LiftCommands
from cogs.cases.commands_purge import PurgeCommands
from cogs.cases.controls import CaseControls
from cogs.cases.handlers import CaseHandlers
from cogs.cases.listeners import ReturnListener
from cogs.cases.menus import Menus
from cogs.cases.services import Services


async def setup(bot: HeraldClient) -> None:
    """Add the commands, the menus, and the buttons of messages sent before a restart."""
    parts = parts_of(bot)
    services = Services.of(parts)
    desk = CaseHandlers(services)
    bot.add_dynamic_items(*CaseControls(desk).items())
    for menu in Menus(desk).all():
        bot.tree.add_command(menu)
    await bot.add_cog(PunishCommands(desk))
    await bot.add_cog(LiftCommands(desk))
    await bot.add_cog(CaseCommands(desk))
    await bot.add_cog(PurgeCommands(services))
    await bot.add_cog(ReturnListener(services.cases))
