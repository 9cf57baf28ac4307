"""Listeners of the audit: entries of Discord's own log, handed to the feature in plain words."""

import discord
from discord.ext import commands

from bot.client.audit_log import change_of
from bot.features.audit.hand_changes import HandChanges


class AuditListeners(commands.Cog):
    """Listener for what people change by hand; what the bot does is told by who made it do so."""

    def __init__(self, changes: HandChanges) -> None:
        self._changes = changes

    @commands.Cog.listener()
    async def on_audit_log_entry_create(self, entry: discord.AuditLogEntry) -> None:
        change = change_of(entry)
        if change is not None:
            await self._changes.seen(change)
