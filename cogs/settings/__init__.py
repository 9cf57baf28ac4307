"""Settings of every feature on one panel, `/settings`."""

from bot.client import HeraldClient, parts_of
from bot.features.settings import SETTINGS
from cogs.settings.commands import SettingsPanels, settings_command


async def setup(bot: HeraldClient) -> None:
    """Add the command and what answers its panel, before and after a restart."""
    settings = parts_of(bot)[SETTINGS].service
    panels = SettingsPanels(settings)
    bot.tree.add_command(settings_command(panels, settings.models))
    bot.add_dynamic_items(*panels.items())
