"""`/webhook`: endpoints as the people of a server see them."""

from bot.client import HeraldClient, parts_of
from cogs.endpoints.changing import ChangeControls
from cogs.endpoints.commands import Webhooks
from cogs.endpoints.controls import Controls
from cogs.endpoints.looking import LookControls
from cogs.endpoints.notices import DiscordTeller, NoticeListener
from cogs.endpoints.replaying import ReplayControls
from cogs.endpoints.services import Services


async def setup(bot: HeraldClient) -> None:
    """Add the commands, and the buttons of messages sent before a restart."""
    parts = parts_of(bot)
    services = Services.of(parts)
    for controls in (
        Controls(services),
        LookControls(services),
        ChangeControls(services),
        ReplayControls(services, parts.clock),
    ):
        bot.add_dynamic_items(*controls.items())
    await bot.add_cog(Webhooks(services, parts.clock))
    await bot.add_cog(NoticeListener(parts.notices))
    parts.notices.use(DiscordTeller(bot, parts.settings))
