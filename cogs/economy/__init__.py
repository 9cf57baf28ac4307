"""Economy as the people of a server see it."""

from bot.client import HeraldClient, parts_of
from bot.features.economy import ECONOMY
from cogs.economy.commands import MoneyCommands
from cogs.economy.commands_currencies import CurrencyCommands
from cogs.economy.commands_staff import EconomyCommands
from cogs.economy.handlers import EconomyHandlers
from cogs.economy.listeners import EconomyListeners


async def setup(bot: HeraldClient) -> None:
    """Add the commands, the listener, and the buttons of messages sent before a restart."""
    economy = parts_of(bot)[ECONOMY]
    handlers = EconomyHandlers(economy)
    bot.add_dynamic_items(*handlers.items())
    staff = EconomyCommands(handlers)
    assert staff.app_command is not None  # noqa: S101  a group cog has one
    staff.app_command.add_command(CurrencyCommands(handlers))
    await bot.add_cog(MoneyCommands(handlers))
    await bot.add_cog(staff)
    await bot.add_cog(EconomyListeners(economy.earnings))
