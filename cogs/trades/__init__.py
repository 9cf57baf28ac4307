"""Trades as the people of a server see them."""

from bot.client import HeraldClient, parts_of
from bot.features.trades import TRADES
from cogs.trades.commands import TradeCommands
from cogs.trades.handlers import TradeHandlers


async def setup(bot: HeraldClient) -> None:
    """Add the commands, and the buttons of messages sent before a restart."""
    handlers = TradeHandlers(parts_of(bot)[TRADES].service)
    bot.add_dynamic_items(*handlers.items())
    await bot.add_cog(TradeCommands(handlers))
