"""Setup of a server: its guided panel and its check."""

from bot.client import HeraldClient, parts_of
from bot.features.settings import SETTINGS
from bot.features.setup import SETUP
from cogs.setup.commands import setup_command
from cogs.setup.handlers import SetupHandlers


async def setup(bot: HeraldClient) -> None:
    """Add the command and what answers its panels, before and after a restart."""
    parts = parts_of(bot)
    handlers = SetupHandlers(bot, parts[SETUP], settings=parts[SETTINGS].service)
    bot.tree.add_command(setup_command(handlers))
    bot.add_dynamic_items(*handlers.items())
