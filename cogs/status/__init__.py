"""Status of the bot, as the staff of a server see it."""

from bot.client import HeraldClient, parts_of
from bot.client.interactions import control
from bot.features.status import STATUS
from cogs.status.commands import StatusHandlers, status_command
from cogs.status.views import LOOK


async def setup(bot: HeraldClient) -> None:
    """Add the command, and what looks again."""
    handlers = StatusHandlers(bot, parts_of(bot)[STATUS].service)
    bot.tree.add_command(status_command(handlers))
    bot.add_dynamic_items(control(LOOK, handlers.again, permission="manage_guild"))
