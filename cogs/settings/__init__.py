"""`/settings`: every feature's choices on one panel."""

from bot.client import HeraldClient
from bot.client.answers import control
from cogs.settings.commands import SettingsPanels, settings_command
from cogs.settings.views import CHANNEL, NONE, PICK


async def setup(bot: HeraldClient) -> None:
    """Add the command and what answers its panel, before and after a restart."""
    panels = SettingsPanels(bot.parts.settings)
    bot.tree.add_command(settings_command(panels, bot.parts.settings.models))
    bot.add_dynamic_items(
        control(PICK.template, panels.pick),
        control(CHANNEL.template, panels.choose_channel),
        control(NONE.template, panels.choose_none),
    )
