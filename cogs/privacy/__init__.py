"""Privacy as everybody in a server meets it."""

from bot.client import HeraldClient, parts_of
from bot.features.privacy import PRIVACY
from cogs.privacy.commands import mydata_command
from cogs.privacy.handlers import PrivacyHandlers


async def setup(bot: HeraldClient) -> None:
    """Add the command and what answers its buttons, before and after a restart."""
    handlers = PrivacyHandlers(parts_of(bot)[PRIVACY].service)
    bot.tree.add_command(mydata_command(handlers))
    bot.add_dynamic_items(*handlers.items())
