"""Members as Discord tells of them."""

from bot.client import HeraldClient
from cogs.members.listeners import MemberListeners


async def setup(bot: HeraldClient) -> None:
    """Listen with the client's own service."""
    await bot.add_cog(MemberListeners(bot.parts.members))
