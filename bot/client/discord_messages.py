"""Messages of the bot's, and those of others that it reads and deletes."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

import discord
from discord import ui

from bot.acts import ActRefused, Gone
from bot.client.discord_calls import DiscordCalls, require_right
from bot.client.interactions import still
from bot.client.snapshots import message_seen
from bot.controls import Button, Post, Tone
from bot.snapshots import MessageSeen
from bot.texts import _
from bot.user_text import clip

TITLE_LIMIT, TEXT_LIMIT, FIELD_LIMIT = 256, 4096, 1024
COLOURS = {
    Tone.GOOD: discord.Colour.green(),
    Tone.WARNING: discord.Colour.orange(),
    Tone.BAD: discord.Colour.red(),
}
STYLES = {Tone.GOOD: discord.ButtonStyle.success, Tone.BAD: discord.ButtonStyle.danger}

Writable = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread


class DiscordMessages(DiscordCalls):
    """Writes, reads and deletes where the bot's permissions in the channel let it."""

    async def send(self, guild_id: int, channel_id: int, post: Post) -> int:
        channel = self._writable(guild_id, channel_id, with_embed=not post.is_plain)
        if post.is_plain:
            drawn: dict[str, Any] = {"content": post.text}
        else:
            drawn = {"content": pings_of(post), "embed": embed_of(post), "view": view_of(post)}
        async with self.asking():
            message = await channel.send(**drawn, allowed_mentions=mentions_of(post), **once(post))
        return message.id

    async def redraw(self, guild_id: int, channel_id: int, message_id: int, post: Post) -> None:
        channel = self._writable(guild_id, channel_id)
        async with self.asking():
            await channel.get_partial_message(message_id).edit(
                embed=embed_of(post), view=view_of(post)
            )

    async def tell(self, user_id: int, post: Post) -> None:
        async with self.asking():
            user = self.client.get_user(user_id) or await self.client.fetch_user(user_id)
            await user.send(embed=embed_of(post), view=view_of(post), **once(post))

    async def history(
        self, guild_id: int, channel_id: int, *, before: datetime | None, after: datetime | None
    ) -> AsyncIterator[MessageSeen]:
        channel, rights = self._place(guild_id, channel_id)
        require_right(rights, "read_message_history")
        # discord.py would read on to the channel's beginning with both ends given.
        messages = channel.history(limit=None, before=before, oldest_first=False)
        while True:
            async with self.asking():
                message = await anext(messages, None)
            if message is None or (after is not None and message.created_at <= after):
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

    def _writable(self, guild_id: int, channel_id: int, *, with_embed: bool = True) -> Writable:
        channel, rights = self._place(guild_id, channel_id)
        in_thread = isinstance(channel, discord.Thread)
        require_right(rights, "send_messages_in_threads" if in_thread else "send_messages")
        if with_embed:
            require_right(rights, "embed_links")
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


def embed_of(post: Post) -> discord.Embed:
    """The post as Discord draws it, cut to what it takes."""
    embed = discord.Embed(
        title=clip(post.title, TITLE_LIMIT) or None,
        description=clip(post.text, TEXT_LIMIT) or None,
        colour=COLOURS.get(post.tone),
        timestamp=post.at,
    )
    for name, value in post.fields:
        embed.add_field(name=clip(name, TITLE_LIMIT), value=clip(value, FIELD_LIMIT))
    return embed


def view_of(post: Post) -> ui.View:
    """Its buttons, which are answered by controls."""
    view = ui.View(timeout=None)
    for press in post.buttons:
        view.add_item(_button(press))
    still(view)
    return view


def once(post: Post) -> dict[str, Any]:
    """What keeps Discord from writing it twice, where it has a name."""
    return {"nonce": post.once} if post.once else {}


def pings_of(post: Post) -> str | None:
    """Whom it calls, since nothing in an embed does."""
    return " ".join(f"<@{user_id}>" for user_id in post.pings) or None


def mentions_of(post: Post) -> discord.AllowedMentions:
    """Those, and nobody whom its text happens to name."""
    users = [discord.Object(user_id) for user_id in post.pings]
    return discord.AllowedMentions(
        everyone=False, roles=False, users=users or False, replied_user=False
    )


def _button(press: Button) -> ui.Button[Any]:
    if press.url is not None:
        return ui.Button(label=press.label, url=press.url)
    style = STYLES.get(press.tone, discord.ButtonStyle.secondary)
    return ui.Button(label=press.label, custom_id=press.custom_id, style=style)
