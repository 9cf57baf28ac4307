"""Audit of a server: what its staff look up, and Discord's own log, which is listened to."""

from bot.client import HeraldClient, parts_of
from bot.features.audit import AUDIT
from cogs.audit.commands import AuditCommands
from cogs.audit.handlers import AuditHandlers
from cogs.audit.listeners import AuditListeners


async def setup(bot: HeraldClient) -> None:
    """Add the commands and what turns their pages; listen to what people change by hand."""
    audit = parts_of(bot)[AUDIT]
    handlers = AuditHandlers(audit.lookup)
    bot.add_dynamic_items(*handlers.items())
    await bot.add_cog(AuditCommands(handlers))
    await bot.add_cog(AuditListeners(audit.hand_changes))
