"""Listeners of cases: signals of the gateway that a case, the log or the muting role waits for."""

import discord
from discord.ext import commands

from bot.features.cases import Cases
from bot.features.cases.remarks import Remark
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


class LogListeners(commands.Cog):
    """Listeners for timeouts by hand, and for channels in which muted people must not write."""

    def __init__(self, cases: Cases) -> None:
        self._remarks = cases.remarks
        self._upkeep = cases.upkeep

    @commands.Cog.listener()
    async def on_audit_log_entry_create(self, entry: discord.AuditLogEntry) -> None:
        if entry.action is not discord.AuditLogAction.member_update:
            return
        is_timeout = hasattr(entry.changes.after, "timed_out_until")
        if is_timeout and entry.user_id != entry.guild.me.id:
            await self._remarks.timed_out(timeout_of(entry))

    @commands.Cog.listener()
    async def on_guild_channel_create(self, channel: discord.abc.GuildChannel) -> None:
        await self._upkeep.created(channel.guild.id, channel.id)


def timeout_of(entry: discord.AuditLogEntry) -> Remark:
    """A timeout that began or ended by hand."""
    target = entry.target
    is_named = isinstance(target, discord.Member | discord.User)
    user_id = int(getattr(target, "id", 0))
    ends_at = entry.changes.after.timed_out_until
    return Remark(
        guild_id=entry.guild.id,
        kind="untimeout" if ends_at is None else "timeout",
        subject_id=user_id,
        name=target.name if is_named else str(user_id),
        created_at=entry.created_at,
        moderator_id=entry.user_id,
        reason=entry.reason,
        ends_at=ends_at,
        entry_id=entry.id,
    )
