"""Appeals as the staff of a server see them."""

from bot.client import HeraldClient, parts_of
from cogs.appeals.commands import AppealCommands
from cogs.appeals.controls import AppealControls
from cogs.appeals.handlers import AppealHandlers


async def setup(bot: HeraldClient) -> None:
    """Add the commands, and what answers cards sent before a restart."""
    parts = parts_of(bot)
    handlers = AppealHandlers(parts.appeals, parts.book)
    bot.add_dynamic_items(*AppealControls(handlers).items())
    await bot.add_cog(AppealCommands(handlers))
