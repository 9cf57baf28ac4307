"""Incidents as staff see them: the log's buttons, the protections' panels, `/incidents`."""

from bot.client import HeraldClient, parts_of
from bot.client.settings_panel import settings_panels
from bot.features.incidents import INCIDENTS
from bot.features.settings import SETTINGS
from cogs.incidents.commands import IncidentCommands
from cogs.incidents.handlers import IncidentHandlers
from cogs.incidents.protections import ProtectionHandlers


async def setup(bot: HeraldClient) -> None:
    """Add the commands, and the buttons of messages sent before a restart."""
    parts = parts_of(bot)
    incidents, settings = parts[INCIDENTS].service, parts[SETTINGS].service
    handlers = IncidentHandlers(incidents)
    panels = ProtectionHandlers(incidents, settings, choices=settings_panels(settings))
    bot.add_dynamic_items(*handlers.items(), *panels.items())
    await bot.add_cog(IncidentCommands(handlers))
