"""Listeners of levels: what people write, roles changed by hand, guilds that come into sight."""

from collections.abc import Iterable

import discord
from discord.abc import Snowflake
from discord.ext import commands

from bot.client.activity import message_activity
from bot.features.levels.service import LevelsService


class LevelListeners(commands.Cog):
    """Listener for messages and roles; the service knows what follows."""

    def __init__(self, client: discord.Client, levels: LevelsService) -> None:
        self._client = client
        self._earnings = levels.earnings
        self._roles = levels.roles
        self._repairs = levels.repairs

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        activity = message_activity(message, may_read=self._client.intents.message_content)
        if activity is not None:
            await self._earnings.heard(activity)

    @commands.Cog.listener("on_guild_available")
    @commands.Cog.listener("on_guild_join")
    async def on_guild_sighted(self, guild: discord.Guild) -> None:
        await self._roles.compare(guild.id)

    @commands.Cog.listener()
    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        if before.roles != after.roles:
            had, has = _ids(before.roles), _ids(after.roles)
            await self._repairs.changed(after.guild.id, after.id, given=has - had, taken=had - has)

    # Of a member who is not in memory there is no other signal.
    @commands.Cog.listener()
    async def on_audit_log_entry_create(self, entry: discord.AuditLogEntry) -> None:
        if entry.action is not discord.AuditLogAction.member_role_update:
            return
        user_id = getattr(entry.target, "id", None)
        if user_id is not None and entry.guild.get_member(user_id) is None:
            given, taken = _ids(entry.after.roles), _ids(entry.before.roles)
            await self._repairs.changed(entry.guild.id, user_id, given=given, taken=taken)

    @commands.Cog.listener()
    async def on_guild_role_delete(self, role: discord.Role) -> None:
        await self._repairs.deleted(role.guild.id, role.id)


def _ids(roles: Iterable[Snowflake]) -> frozenset[int]:
    return frozenset(role.id for role in roles)
