"""Appeals as the staff of a server see them."""

from bot.client import HeraldClient, parts_of
from bot.features.appeals import APPEALS
from bot.features.cases import CASES
from cogs.appeals.admission import AdmissionHandlers
from cogs.appeals.commands import AppealCommands
from cogs.appeals.handlers import AppealHandlers


async def setup(bot: HeraldClient) -> None:
    """Add the commands, and what answers cards sent before a restart."""
    parts = parts_of(bot)
    handlers = AppealHandlers(parts[APPEALS].service, parts[CASES].records)
    admission = AdmissionHandlers(parts[APPEALS].service, parts[CASES].records)
    bot.add_dynamic_items(*handlers.items(), *admission.items())
    await bot.add_cog(AppealCommands(handlers, admission))
