"""Audit of a server as Discord's own log tells it."""

from bot.client import HeraldClient, parts_of
from bot.features.audit import AUDIT
from cogs.audit.listeners import AuditListeners


async def setup(bot: HeraldClient) -> None:
    """Listen to what people change by hand."""
    await bot.add_cog(AuditListeners(parts_of(bot)[AUDIT].hand_changes))
