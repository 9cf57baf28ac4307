"""What the gateway says about members, handed to the service in plain words."""

import discord
from discord.ext import commands

from bot.features.members.model import AuditAction, AuditSeen, Person
from bot.features.members.service import MembersService

ACTIONS: dict[discord.AuditLogAction, AuditAction] = {
    discord.AuditLogAction.ban: "ban",
    discord.AuditLogAction.unban: "unban",
    discord.AuditLogAction.kick: "kick",
    discord.AuditLogAction.member_prune: "prune",
}


def person_of(guild_id: int, user: discord.User | discord.Member) -> Person:
    """The account behind a user or member."""
    return Person(guild_id, user.id, user.name, user.bot)


class MemberListeners(commands.Cog):
    """Reads and calls; the service decides."""

    def __init__(self, members: MembersService) -> None:
        self._members = members

    @commands.Cog.listener()
    async def on_member_join(self, member: discord.Member) -> None:
        await self._members.joined(person_of(member.guild.id, member), member.joined_at)

    # Not on_member_remove: that one comes only for members who are in the cache.
    @commands.Cog.listener()
    async def on_raw_member_remove(self, payload: discord.RawMemberRemoveEvent) -> None:
        user = payload.user
        joined_at = user.joined_at if isinstance(user, discord.Member) else None
        await self._members.removed(person_of(payload.guild_id, user), joined_at)

    @commands.Cog.listener()
    async def on_member_ban(
        self, guild: discord.Guild, user: discord.User | discord.Member
    ) -> None:
        await self._members.banned(person_of(guild.id, user))

    @commands.Cog.listener()
    async def on_member_unban(self, guild: discord.Guild, user: discord.User) -> None:
        await self._members.unbanned(person_of(guild.id, user))

    @commands.Cog.listener()
    async def on_audit_log_entry_create(self, entry: discord.AuditLogEntry) -> None:
        action = ACTIONS.get(entry.action)
        if action is not None:
            target_id = getattr(entry.target, "id", None)
            await self._members.audit_seen(
                AuditSeen(
                    guild_id=entry.guild.id,
                    entry_id=entry.id,
                    action=action,
                    target_id=target_id,
                    moderator_id=entry.user_id,
                    reason=entry.reason,
                )
            )
