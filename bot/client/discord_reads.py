"""Reads of people, roles and bans through discord.py."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import discord

from bot.acts import Gone
from bot.client.discord_answers import ANSWER_SECONDS
from bot.client.discord_calls import DiscordCalls
from bot.clock import Clock
from bot.snapshots import Account, GuildSeen, MemberSeen, RoleSeen, Standing

MET_FOR = timedelta(minutes=1)  # nothing tells of a change to a member who is not in memory


class DiscordReads(DiscordCalls):
    """Reads of people, roles and bans: from memory where the gateway keeps it fresh; else asked."""

    def __init__(self, clock: Clock, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        super().__init__(clock, answer_seconds=answer_seconds)
        self._met: dict[tuple[int, int], tuple[datetime, discord.Member]] = {}

    def connect(self, client: discord.Client) -> None:
        super().connect(client)
        self._met.clear()  # who was met through another client acts through that

    def guild(self, guild_id: int) -> GuildSeen | None:
        guild = self.cached(guild_id)
        if guild is None:
            return None
        return GuildSeen(
            guild.id,
            guild.name,
            guild.icon.url if guild.icon else None,
            guild.member_count or guild.approximate_member_count or 0,
            guild.preferred_locale.value,
            frozenset(one.id for one in guild.emojis if one.available),
            guild.owner_id,
        )

    def standing(self, guild_id: int, user_id: int) -> Standing | None:
        guild = self.cached(guild_id)
        member = None if guild is None else self.remembered(guild, user_id)
        return None if member is None else _standing(member)

    async def standing_now(self, guild_id: int, user_id: int) -> Standing | None:
        member = await self._look_up(await self.guild_of(guild_id), user_id)
        return None if member is None else _standing(member)

    def own_standing(self, guild_id: int) -> Standing | None:
        guild = self.cached(guild_id)
        me = None if guild is None else guild.me
        return None if me is None else _standing(me)

    def roles(self, guild_id: int) -> Mapping[int, RoleSeen]:
        guild = self.cached(guild_id)
        return {
            role.id: RoleSeen(role.name, role.position, role.managed)
            for role in (guild.roles if guild else ())
            if not role.is_default()
        }

    def channels(self, guild_id: int) -> Collection[int]:
        guild = self.cached(guild_id)
        return [channel.id for channel in (guild.channels if guild else ())]

    async def meet(self, guild_id: int, *user_ids: int) -> None:
        """Let `standing` know these, also in a guild whose members are too many to remember."""
        guild = await self.guild_of(guild_id)
        for user_id in user_ids:
            if not guild.chunked and self.remembered(guild, user_id) is None:
                await self._look_up(guild, user_id)

    async def account(self, user_id: int) -> Account:
        async with self.asking():
            user = self.heard_user(user_id) or await self.client.fetch_user(user_id)
        return _account(user)

    async def member(self, guild_id: int, user_id: int) -> MemberSeen | None:
        member = await self._look_up(await self.guild_of(guild_id), user_id)
        if member is None:
            return None
        # Without the role that everybody has.
        role_ids = frozenset(role.id for role in member.roles if not role.is_default())
        return MemberSeen(role_ids, member.timed_out_until, member.joined_at)

    async def is_banned(self, guild_id: int, user_id: int) -> bool:
        try:
            await self.ban_reason(guild_id, user_id)
        except Gone:
            return False
        return True

    async def ban_reason(self, guild_id: int, user_id: int) -> str | None:
        guild = await self.guild_of(guild_id)
        self.may(guild, "ban_members")
        async with self.asking():
            return (await guild.fetch_ban(discord.Object(user_id))).reason

    def remembered(self, guild: discord.Guild, user_id: int) -> discord.Member | None:
        """A member from memory; of a guild whose list is whole, who is not in it is none."""
        member = guild.get_member(user_id)
        if member is not None or guild.chunked:
            return member
        met_at, met = self._met.get((guild.id, user_id), (None, None))
        fresh = met_at is not None and self._clock.now() - met_at <= MET_FOR
        return met if fresh else None

    async def _look_up(self, guild: discord.Guild, user_id: int) -> discord.Member | None:
        key, now = (guild.id, user_id), self._clock.now()
        self._met = {one: met for one, met in self._met.items() if now - met[0] <= MET_FOR}
        self._met.pop(key, None)
        try:
            async with self.asking():
                member = await guild.fetch_member(user_id)
        except Gone:
            return None
        self._met[key] = (now, member)
        return member


def _account(user: discord.User | discord.Member) -> Account:
    """The account behind a user or member."""
    return Account(user.id, user.name, user.bot)


def _standing(member: discord.Member) -> Standing:
    """A member's rank and permissions."""
    return Standing(
        account=_account(member),
        top_role=member.top_role.position,
        is_owner=member.guild.owner_id == member.id,
        permissions=frozenset(name for name, held in member.guild_permissions if held),
        top_role_id=member.top_role.id,
    )
