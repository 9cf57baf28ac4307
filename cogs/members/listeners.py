"""Listeners of members: the gateway's signals, handed to the service in plain words."""

import discord
from discord.ext import commands

from bot.client import HeraldClient
from bot.client.snapshots import ACTIONS, audit_seen, invite_of, person_of
from bot.features.members.service import MembersService


class MemberListeners(commands.Cog):
    """Listeners for members, guilds in sight and lost from sight, invites; the service decides."""

    def __init__(self, client: HeraldClient, members: MembersService) -> None:
        self._client = client
        self._members = members
        self._returns = members.returns
        self._arrivals = members.arrivals

    @commands.Cog.listener()
    async def on_member_join(self, member: discord.Member) -> None:
        person = person_of(member.guild.id, member)
        await self._members.joined(person, member.joined_at, is_pending=member.pending)

    @commands.Cog.listener()
    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        if before.pending and not after.pending:
            await self._members.accepted(person_of(after.guild.id, after))

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
        # Who is in the cache was a member; who is not may be one of a server too large for it.
        was_member = True if isinstance(user, discord.Member) else None
        await self._members.banned(person_of(guild.id, user), was_member=was_member)

    @commands.Cog.listener()
    async def on_member_unban(self, guild: discord.Guild, user: discord.User) -> None:
        await self._members.unbanned(person_of(guild.id, user))

    @commands.Cog.listener()
    async def on_audit_log_entry_create(self, entry: discord.AuditLogEntry) -> None:
        self._members.log_seen(entry.guild.id, entry.id)
        if entry.action in ACTIONS:
            await self._members.audit_seen(audit_seen(entry))

    @commands.Cog.listener("on_guild_available")
    @commands.Cog.listener("on_guild_join")
    async def on_guild_sighted(self, guild: discord.Guild) -> None:
        # Discord tells of a whole guild at the beginning of a sight, and only then.
        self._lost(guild.id)
        self._returns.sighted(guild.id)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        for guild in self._client.guilds:
            if not guild.unavailable:
                self._returns.sighted(guild.id)

    # A new session: unlike a resumed one, it does not tell what happened before it.
    @commands.Cog.listener()
    async def on_shard_connect(self, shard_id: int) -> None:
        count = self._client.shard_count or 1
        for guild_id in self._returns.in_sight():
            if (guild_id >> 22) % count == shard_id:
                self._lost(guild_id)

    @commands.Cog.listener()
    async def on_guild_unavailable(self, guild: discord.Guild) -> None:
        _forget_people(guild)
        self._lost(guild.id)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        self._arrivals.forget(guild.id)
        await self._returns.left(guild.id)

    @commands.Cog.listener()
    async def on_invite_create(self, invite: discord.Invite) -> None:
        if invite.guild is not None:
            self._arrivals.created(invite.guild.id, invite_of(invite))

    @commands.Cog.listener()
    async def on_invite_delete(self, invite: discord.Invite) -> None:
        if invite.guild is not None:
            self._arrivals.deleted(invite.guild.id, invite.code)

    def _lost(self, guild_id: int) -> None:
        self._arrivals.forget(guild_id)
        self._returns.lost(guild_id)


def _forget_people(guild: discord.Guild) -> None:
    """Within one session discord.py keeps the people of before an outage, and only adds to them.

    Who left meanwhile, the server or a voice channel, would stay for good; without members the
    whole list is asked for anew.
    """
    if guild.unavailable:  # else it is back by now, and these are those of now
        guild._voice_states.clear()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - as below
    for member in list(guild.members):
        if member != guild.me:
            guild._remove_member(member)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - there is no public way
