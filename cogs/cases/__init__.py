"""Moderation cases as the people of a server see them."""

from bot.client import HeraldClient, parts_of
from bot.client.acts import DiscordActs
from cogs.cases.book import CaseBook
from cogs.cases.commands import Punishing
from cogs.cases.controls import Controls
from cogs.cases.desk import Desk
from cogs.cases.lifting import Lifting
from cogs.cases.listeners import ReturnListener
from cogs.cases.menus import Menus
from cogs.cases.purging import Purging
from cogs.cases.services import Services


async def setup(bot: HeraldClient) -> None:
    """Add the commands, the menus, and the buttons of messages sent before a restart."""
    parts = parts_of(bot)
    acts = DiscordActs(bot, parts.clock)
    services = Services.of(parts, acts)
    desk = Desk(services)
    bot.add_dynamic_items(*Controls(desk).items())
    for menu in Menus(desk).all():
        bot.tree.add_command(menu)
    await bot.add_cog(Punishing(desk))
    await bot.add_cog(Lifting(desk))
    await bot.add_cog(CaseBook(desk))
    await bot.add_cog(Purging(services))
    await bot.add_cog(ReturnListener(services.cases))
    services.cases.connect(acts)
