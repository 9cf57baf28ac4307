"""Members as Discord tells of them."""

from bot.client import HeraldClient, parts_of
from bot.features.members import MEMBERS
from cogs.members.listeners import MemberListeners


async def setup(bot: HeraldClient) -> None:
    """Listen with the client's own service."""
    members = parts_of(bot)[MEMBERS].service
    members.reconnected()
    await bot.add_cog(MemberListeners(bot, members))
