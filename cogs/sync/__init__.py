"""Sync of punishments as the managers of a server see it."""

from bot.client import HeraldClient, parts_of
from bot.features.sync import SYNC
from cogs.sync.commands import SyncCommands
from cogs.sync.handlers import SyncHandlers


async def setup(bot: HeraldClient) -> None:
    """Add the commands, and the controls of messages sent before a restart."""
    handlers = SyncHandlers(parts_of(bot)[SYNC].service)
    bot.add_dynamic_items(*handlers.items())
    await bot.add_cog(SyncCommands(handlers))
