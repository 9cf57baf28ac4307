"""Settings of every feature on one panel, `/settings`."""

from bot.client import HeraldClient, parts_of
from bot.client.settings_panel import settings_panels
from bot.features.settings import SETTINGS
from cogs.settings.commands import settings_command


async def setup(bot: HeraldClient) -> None:
    """Add the command and what answers its panel, before and after a restart."""
    settings = parts_of(bot)[SETTINGS].service
    panels = settings_panels(settings)
    bot.tree.add_command(settings_command(panels, settings.models))
    bot.add_dynamic_items(*panels.items())
