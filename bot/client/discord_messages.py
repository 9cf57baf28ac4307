"""Messages of the bot's, and those of others that it reads and deletes."""

from collections.abc import AsyncGenerator, AsyncIterator, Collection, Sequence
from datetime import datetime

import discord

from bot.acts import ActRefused, Gone
from bot.client import layout
from bot.client.discord_calls import DiscordCalls, require_right
from bot.client.snapshots import message_seen
from bot.clock import from_snowflake
from bot.controls import Post
from bot.snapshots import MessageSeen
from bot.texts import _

LOOKED_AT = 1_000  # messages of a search for one of the bot's own

Writable = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread


class DiscordMessages(DiscordCalls):
    """Messages written, read and deleted where the bot's permissions in the channel let it."""

    async def send(self, guild_id: int, channel_id: int, post: Post) -> int:
        channel = self._writable(guild_id, channel_id, post)
        async with self.asking():
            message = await channel.send(**layout.sent(post), **layout.once(post))
        return message.id

    async def redraw(self, guild_id: int, channel_id: int, message_id: int, post: Post) -> None:
        channel = self._writable(guild_id, channel_id, post)
        async with self.asking():
            await channel.get_partial_message(message_id).edit(**layout.edited(post))

    async def find(
        self, guild_id: int, channel_id: int, fingerprints: Collection[str], *, since: datetime
    ) -> list[int]:
        channel, rights = self._place(guild_id, channel_id)
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
        channel, rights = self._place(guild_id, channel_id)
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
        channel, rights = self._place(guild_id, channel_id)
        require_right(rights, "manage_messages")
        some = [discord.Object(one) for one in message_ids]
        try:
            async with self.asking():
                await channel.delete_messages(some, reason=reason)
        except Gone:
            if len(some) > 1:  # of several, Discord itself passes over those that are gone
                raise

    def _writable(self, guild_id: int, channel_id: int, post: Post) -> Writable:
        channel, rights = self._place(guild_id, channel_id)
        in_thread = isinstance(channel, discord.Thread)
        require_right(rights, "send_messages_in_threads" if in_thread else "send_messages")
        if not post.is_plain:
            require_right(rights, "embed_links")
        if post.picture is not None:
            require_right(rights, "attach_files")
        return channel

    def _place(self, guild_id: int, channel_id: int) -> tuple[Writable, discord.Permissions]:
        guild = self.guild_of(guild_id)
        channel = guild.get_channel_or_thread(channel_id)
        if channel is None:
            raise Gone(_("that channel is gone"))
        if not isinstance(channel, Writable):
            raise ActRefused(_("nothing can be written in that channel"))
        rights = channel.permissions_for(guild.me)
        require_right(rights, "view_channel")
        return channel, rights
