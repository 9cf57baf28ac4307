"""Raids as the staff of a server meet them."""

from bot.client import HeraldClient, parts_of
from bot.features.raids import RAIDS
from cogs.raids.commands import RaidCommands
from cogs.raids.listeners import RaidListeners


async def setup(bot: HeraldClient) -> None:
    """Add the commands, and listen to who joins."""
    parts = parts_of(bot)
    raids = parts[RAIDS].service
    await bot.add_cog(RaidListeners(raids))
    await bot.add_cog(RaidCommands(raids, parts.core.incidents))
