"""Nukes as the staff of a server meet them."""

from bot.client import HeraldClient, parts_of
from bot.client.command_locks import lock_by
from bot.features.nukes import NUKES
from cogs.nukes.commands import NukeCommands
from cogs.nukes.listeners import NukeListeners


async def setup(bot: HeraldClient) -> None:
    """Add the commands, listen to the audit log, and lock commands where that is needed."""
    parts = parts_of(bot)
    nukes = parts[NUKES].service
    lock_by(bot, nukes.locked, nukes.lock_reason)
    await bot.add_cog(NukeListeners(nukes))
    await bot.add_cog(NukeCommands(nukes, parts.core.incidents))
