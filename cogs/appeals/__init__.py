"""Appeals as the staff of a server see them."""

from bot.client import HeraldClient, parts_of
from cogs.appeals.commands import AppealBook
from cogs.appeals.controls import Controls
from cogs.appeals.desk import Desk


async def setup(bot: HeraldClient) -> None:
    """Add the commands, and what answers cards sent before a restart."""
    parts = parts_of(bot)
    desk = Desk(parts.appeals, parts.book)
    bot.add_dynamic_items(*Controls(desk).items())
    await bot.add_cog(AppealBook(desk))
