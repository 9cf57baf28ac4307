"""Acts through discord.py, messages among them: every answer by its name, in ten seconds."""

from collections.abc import AsyncGenerator, AsyncIterator, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import discord

from bot.acts import ActRefused, Gone, RoleChange
from bot.client import layout
from bot.client.discord_calls import DiscordCalls, DiscordReads, require_right
from bot.client.discord_native import DiscordNative
from bot.client.discord_people import DiscordPeople
from bot.client.discord_rooms import DiscordRooms
from bot.client.snapshots import message_seen
from bot.client.surroundings import DiscordSurroundings
from bot.clock import from_snowflake
from bot.controls import Post
from bot.snapshots import MessageSeen
from bot.texts import _

SILENCED = (
    "send_messages",
    "send_messages_in_threads",
    "create_public_threads",
    "create_private_threads",
    "add_reactions",
    "speak",
)
LOOKED_AT = 1_000  # messages of a search for one of the bot's own
NOBODY_BANNED = 500_000  # what Discord says instead of a list where it could ban none of them

Writable = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread


class DiscordMessages(DiscordCalls):
    """Messages written, read and deleted where the bot's permissions in the channel let it."""

    async def send(self, guild_id: int, channel_id: int, post: Post) -> int:
        channel = await self._writable(guild_id, channel_id, post)
        async with self.asking():
            message = await channel.send(**layout.sent(post), **layout.once(post))
        return message.id

    async def redraw(self, guild_id: int, channel_id: int, message_id: int, post: Post) -> None:
        channel = await self._writable(guild_id, channel_id, post)
        async with self.asking():
            await channel.get_partial_message(message_id).edit(**layout.edited(post))

    async def find(
        self, guild_id: int, channel_id: int, fingerprints: Collection[str], *, since: datetime
    ) -> list[int]:
        channel, rights = await self._place(guild_id, channel_id)
        require_right(rights, "read_message_history")
        return await self._found(channel, fingerprints, since)

    async def tell(self, user_id: int, post: Post) -> int:
        channel = await self._direct(user_id)
        async with self.asking():
            message = await channel.send(**layout.sent(post), **layout.once(post))
        return message.id

    async def retell(self, user_id: int, message_id: int, post: Post) -> None:
        channel = await self._direct(user_id)
        async with self.asking():
            await channel.get_partial_message(message_id).edit(**layout.edited(post))

    async def untell(self, user_id: int, message_id: int) -> None:
        channel = await self._direct(user_id)
        async with self.asking():
            await channel.get_partial_message(message_id).delete()

    async def find_told(
        self, user_id: int, fingerprints: Collection[str], *, since: datetime
    ) -> list[int]:
        return await self._found(await self._direct(user_id), fingerprints, since)

    def fingerprint(self, post: Post) -> str:
        return layout.fingerprint(post)

    async def _found(
        self, channel: discord.abc.Messageable, fingerprints: Collection[str], since: datetime
    ) -> list[int]:
        messages = channel.history(limit=LOOKED_AT, after=since, oldest_first=True)
        own = self.client.user
        return [
            message.id
            async for message in self._read(messages)
            if message.author == own and layout.fingerprint_of(message) in fingerprints
        ]

    async def _read(
        self, messages: AsyncIterator[discord.Message]
    ) -> AsyncGenerator[discord.Message]:
        """Each as Discord answers."""
        while True:
            async with self.asking():
                message = await anext(messages, None)
            if message is None:
                return
            yield message

    async def _direct(self, user_id: int) -> discord.DMChannel:
        async with self.asking():
            user = self.client.get_user(user_id) or await self.client.fetch_user(user_id)
            return user.dm_channel or await user.create_dm()

    async def history(
        self, guild_id: int, channel_id: int, *, before: datetime | None, after: datetime | None
    ) -> AsyncIterator[MessageSeen]:
        channel, rights = await self._place(guild_id, channel_id)
        require_right(rights, "read_message_history")
        if before is not None and before <= from_snowflake(0):
            return  # no message is so old, and no id stands for that moment
        # discord.py would read on to the channel's beginning with both ends given.
        messages = channel.history(limit=None, before=before, oldest_first=False)
        async for message in self._read(messages):
            if after is not None and message.created_at <= after:
                return
            yield message_seen(message)

    async def delete_messages(
        self, guild_id: int, channel_id: int, message_ids: Sequence[int], *, reason: str
    ) -> None:
        channel, rights = await self._place(guild_id, channel_id)
        require_right(rights, "manage_messages")
        some = [discord.Object(one) for one in message_ids]
        try:
            async with self.asking():
                await channel.delete_messages(some, reason=reason)
        except Gone:
            if len(some) > 1:  # of several, Discord itself passes over those that are gone
                raise

    async def _writable(self, guild_id: int, channel_id: int, post: Post) -> Writable:
        channel, rights = await self._place(guild_id, channel_id)
        in_thread = isinstance(channel, discord.Thread)
        require_right(rights, "send_messages_in_threads" if in_thread else "send_messages")
        if not post.is_plain:
            require_right(rights, "embed_links")
        if post.picture is not None:
            require_right(rights, "attach_files")
        return channel

    async def _place(self, guild_id: int, channel_id: int) -> tuple[Writable, discord.Permissions]:
        guild = await self.guild_of(guild_id)
        channel: Any = guild.get_channel_or_thread(channel_id)
        if channel is None and self.heard(guild_id) is None:
            async with self.asking():  # made since the guild was looked at, perhaps by this process
                channel = await guild.fetch_channel(channel_id)
        if channel is None:
            raise Gone(_("that channel is gone"))
        if not isinstance(channel, Writable):
            raise ActRefused(_("nothing can be written in that channel"))
        rights = channel.permissions_for(guild.me)
        require_right(rights, "view_channel")
        return channel, rights


class DiscordActs(
    DiscordReads, DiscordPeople, DiscordMessages, DiscordRooms, DiscordNative, DiscordSurroundings
):
    """Adapter of the port on a client; what its memory says would be refused is not asked."""

    async def ban(self, guild_id: int, user_id: int, *, reason: str, delete_seconds: int) -> None:
        guild = await self.guild_of(guild_id)
        self._may_act(guild, user_id, "ban_members")
        async with self.doing(guild_id, "ban", user_id), self.asking():
            await guild.ban(
                discord.Object(user_id), reason=reason, delete_message_seconds=delete_seconds
            )

    async def ban_many(
        self, guild_id: int, user_ids: Collection[int], *, reason: str, delete_seconds: int
    ) -> frozenset[int]:
        guild = await self.guild_of(guild_id)
        for permission in ("ban_members", "manage_guild"):
            self.may(guild, permission)
        people = [discord.Object(user_id) for user_id in user_ids]
        banned = frozenset[int]()
        async with self.doing(guild_id, "ban", *user_ids), self.asking():
            try:
                result = await guild.bulk_ban(
                    people, reason=reason, delete_message_seconds=delete_seconds
                )
                banned = frozenset(one.id for one in result.banned)
            except discord.HTTPException as error:
                if error.code != NOBODY_BANNED:
                    raise
        self.own_calls.withdraw(guild_id, "ban", set(user_ids) - banned)
        return banned

    async def unban(self, guild_id: int, user_id: int, *, reason: str) -> None:
        guild = await self.guild_of(guild_id)
        self.may(guild, "ban_members")
        async with self.asking():
            await guild.unban(discord.Object(user_id), reason=reason)

    async def kick(self, guild_id: int, user_id: int, *, reason: str) -> None:
        guild = await self.guild_of(guild_id)
        self._may_act(guild, user_id, "kick_members")
        async with self.doing(guild_id, "kick", user_id), self.asking():
            await guild.kick(discord.Object(user_id), reason=reason)

    async def timeout(
        self, guild_id: int, user_id: int, *, until: datetime | None, reason: str
    ) -> None:
        guild = await self.guild_of(guild_id)
        self._may_act(guild, user_id, "moderate_members")
        async with self.asking():
            member = self.remembered(guild, user_id) or await guild.fetch_member(user_id)
            await member.edit(timed_out_until=until, reason=reason)

    async def change_roles(
        self, guild_id: int, user_id: int, change: RoleChange, *, reason: str
    ) -> None:
        guild = await self.guild_of(guild_id)
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
        guild = await self.guild_of(guild_id)
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
        guild = await self.guild_of(guild_id)
        channel, role = await self.channel_now(guild, channel_id), guild.get_role(role_id)
        if channel is None or role is None:
            raise Gone(_("the channel or the role is gone"))
        denied = channel.overwrites_for(role)
        if all(getattr(denied, name) is False for name in SILENCED):
            return
        require_right(channel.permissions_for(guild.me), "manage_roles")
        denied.update(**dict.fromkeys(SILENCED, False))
        async with self.asking():
            await channel.set_permissions(role, overwrite=denied, reason=reason)

    async def channel_now(
        self, guild: discord.Guild, channel_id: int
    ) -> discord.abc.GuildChannel | None:
        """With the overwrites that it has now, for what is changed of them."""
        if self.heard(guild.id) is not None:
            return guild.get_channel(channel_id)
        async with self.asking():
            found = await guild.fetch_channel(channel_id)
        return None if isinstance(found, discord.Thread) else found

    def _may_act(self, guild: discord.Guild, user_id: int, permission: str) -> None:
        self.may(guild, permission)
        member = self.remembered(guild, user_id)
        is_owner = user_id == guild.owner_id
        if is_owner or (member is not None and member.top_role >= guild.me.top_role):
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
