"""Listeners of nukes: the audit log, and objects as they were when they went."""

import discord
from discord.ext import commands

from bot.client.discord_structure import channel_plan, holders_of, places_of, role_plan
from bot.features.nukes.service import NukesService
from cogs.nukes.entries import act_of


class NukeListeners(commands.Cog):
    """Listener for what people do with their rights; the service decides."""

    def __init__(self, nukes: NukesService) -> None:
        self._nukes = nukes

    @commands.Cog.listener()
    async def on_audit_log_entry_create(self, entry: discord.AuditLogEntry) -> None:
        act = act_of(entry)
        if act is not None:
            await self._nukes.seen(act)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        self._nukes.remains.channel_gone(channel_plan(channel))

    @commands.Cog.listener()
    async def on_guild_channel_update(
        self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        if before.category_id is not None and after.category_id is None:
            self._nukes.remains.orphaned(before.category_id, before.id, before.position)

    @commands.Cog.listener()
    async def on_guild_role_delete(self, role: discord.Role) -> None:
        self._nukes.remains.role_gone(role_plan(role), holders_of(role), places_of(role))
        await self._nukes.heights.look(role.guild.id)

    @commands.Cog.listener()
    async def on_guild_role_create(self, role: discord.Role) -> None:
        await self._nukes.heights.look(role.guild.id)

    @commands.Cog.listener()
    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        if (before.position, before.permissions) != (after.position, after.permissions):
            await self._nukes.heights.look(after.guild.id)

    @commands.Cog.listener()
    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        if after == after.guild.me and before.roles != after.roles:
            await self._nukes.heights.look(after.guild.id)

    @commands.Cog.listener("on_guild_available")
    @commands.Cog.listener("on_guild_join")
    async def on_guild_sighted(self, guild: discord.Guild) -> None:
        await self._nukes.heights.look(guild.id)
