"""Listeners of cases: signals of the gateway that a case waits for."""

import discord
from discord.ext import commands

from bot.features.cases.service import CasesService

BY_HAND = (discord.AuditLogAction.member_update, discord.AuditLogAction.member_role_update)


class CaseListeners(commands.Cog):
    """Listener for people who return, or whose roles or timeout change; the service decides."""

    def __init__(self, cases: CasesService) -> None:
        self._cases = cases

    @commands.Cog.listener()
    async def on_member_join(self, member: discord.Member) -> None:
        await self._cases.rejoined(member.guild.id, member.id)

    @commands.Cog.listener()
    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        is_same_end = before.timed_out_until == after.timed_out_until
        if before.roles != after.roles or not is_same_end:
            await self._cases.changed(after.guild.id, after.id, waits=True)

    # Of a member who is not in memory there is no other signal.
    @commands.Cog.listener()
    async def on_audit_log_entry_create(self, entry: discord.AuditLogEntry) -> None:
        user_id = getattr(entry.target, "id", None)
        if entry.action in BY_HAND and user_id is not None:
            await self._cases.changed(entry.guild.id, user_id, entry.user_id)
