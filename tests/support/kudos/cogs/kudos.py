"""Kudos as people see them: the extension, which the bot finds by the feature's name."""

from bot.client import HeraldClient, parts_of
from tests.support.kudos.commands import KudosCommands
from tests.support.kudos.feature import KUDOS


async def setup(bot: HeraldClient) -> None:
    """Add the command."""
    await bot.add_cog(KudosCommands(parts_of(bot)[KUDOS].service))
