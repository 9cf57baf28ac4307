"""Acts through discord.py: every answer by its name, none later than ten seconds."""

from collections.abc import Collection
from datetime import datetime, timedelta

import discord

from bot.acts import ActRefused, Gone, RoleChange
from bot.client.discord_calls import require_right
from bot.client.discord_lists import DiscordLists
from bot.client.discord_messages import DiscordMessages
from bot.client.discord_reads import DiscordReads
from bot.client.discord_rooms import DiscordRooms
from bot.texts import _

SILENCED = (
    "send_messages",
    "send_messages_in_threads",
    "create_public_threads",
    "create_private_threads",
    "add_reactions",
    "speak",
)
NOBODY_BANNED = 500_000  # what Discord says instead of a list where it could ban none of them


class DiscordActs(DiscordReads, DiscordLists, DiscordMessages, DiscordRooms):
    """Adapter of the port on a client; what its memory says would be refused is not asked."""

    async def ban(self, guild_id: int, user_id: int, *, reason: str, delete_seconds: int) -> None:
        guild = self.guild_of(guild_id)
        self._may_act(guild, user_id, "ban_members")
        async with self.asking():
            await guild.ban(
                discord.Object(user_id), reason=reason, delete_message_seconds=delete_seconds
            )

    async def ban_many(
        self, guild_id: int, user_ids: Collection[int], *, reason: str, delete_seconds: int
    ) -> frozenset[int]:
        guild = self.guild_of(guild_id)
        for permission in ("ban_members", "manage_guild"):
            self.may(guild, permission)
        people = [discord.Object(user_id) for user_id in user_ids]
        async with self.asking():
            try:
                result = await guild.bulk_ban(
                    people, reason=reason, delete_message_seconds=delete_seconds
                )
            except discord.HTTPException as error:
                if error.code == NOBODY_BANNED:
                    return frozenset()
                raise
        return frozenset(one.id for one in result.banned)

    async def unban(self, guild_id: int, user_id: int, *, reason: str) -> None:
        guild = self.guild_of(guild_id)
        self.may(guild, "ban_members")
        async with self.asking():
            await guild.unban(discord.Object(user_id), reason=reason)

    async def kick(self, guild_id: int, user_id: int, *, reason: str) -> None:
        guild = self.guild_of(guild_id)
        self._may_act(guild, user_id, "kick_members")
        async with self.asking():
            await guild.kick(discord.Object(user_id), reason=reason)

    async def timeout(
        self, guild_id: int, user_id: int, *, until: datetime | None, reason: str
    ) -> None:
        guild = self.guild_of(guild_id)
        self._may_act(guild, user_id, "moderate_members")
        async with self.asking():
            member = self.remembered(guild, user_id) or await guild.fetch_member(user_id)
            await member.edit(timed_out_until=until, reason=reason)

    async def change_roles(
        self, guild_id: int, user_id: int, change: RoleChange, *, reason: str
    ) -> None:
        guild = self.guild_of(guild_id)
        self.may(guild, "manage_roles")
        given = [_giveable(guild, role_id) for role_id in change.give]
        taken = [_takeable(guild, role_id) for role_id in change.take]
        async with self.asking():
            member = self.remembered(guild, user_id) or await guild.fetch_member(user_id)
        for role in given:
            async with self.asking():
                await member.add_roles(role, reason=reason)
        for role in taken:
            if role is not None:
                async with self.asking():
                    await member.remove_roles(role, reason=reason)

    async def invite(
        self, guild_id: int, channel_id: int, *, uses: int, lasts: timedelta, reason: str
    ) -> str:
        guild = self.guild_of(guild_id)
        channel = guild.get_channel(channel_id)
        if channel is None or isinstance(channel, discord.CategoryChannel):
            raise Gone(_("the channel is gone"))
        require_right(channel.permissions_for(guild.me), "create_instant_invite")
        seconds = int(lasts.total_seconds())
        async with self.asking():
            made = await channel.create_invite(
                max_age=seconds, max_uses=uses, unique=True, reason=reason
            )
        return made.url

    async def silence(self, guild_id: int, channel_id: int, role_id: int, *, reason: str) -> None:
        guild = self.guild_of(guild_id)
        channel, role = guild.get_channel(channel_id), guild.get_role(role_id)
        if channel is None or role is None:
            raise Gone(_("the channel or the role is gone"))
        denied = channel.overwrites_for(role)
        if all(getattr(denied, name) is False for name in SILENCED):
            return
        require_right(channel.permissions_for(guild.me), "manage_roles")
        denied.update(**dict.fromkeys(SILENCED, False))
        async with self.asking():
            await channel.set_permissions(role, overwrite=denied, reason=reason)

    def _may_act(self, guild: discord.Guild, user_id: int, permission: str) -> None:
        self.may(guild, permission)
        member = self.remembered(guild, user_id)
        if member is not None and (member == guild.owner or member.top_role >= guild.me.top_role):
            raise ActRefused(_("their highest role is not below mine"))
        if member is None and guild.chunked and permission != "ban_members":
            raise Gone(_("they are not in this server"))


def _giveable(guild: discord.Guild, role_id: int) -> discord.Role:
    role = _takeable(guild, role_id)
    if role is None:
        raise ActRefused(_("a role is gone"))
    return role


def _takeable(guild: discord.Guild, role_id: int) -> discord.Role | None:
    """A role that the bot can take and give; None where it is gone."""
    role = guild.get_role(role_id)
    if role is not None and (role.managed or role >= guild.me.top_role):
        text = _("the role {name} is not below mine")
        raise ActRefused(text.format(name=role.name))
    return role
