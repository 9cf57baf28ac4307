"""Content of discord.py's messages, in plain data."""

from collections.abc import Iterator

import discord

from bot.client.activity import place_of, roles_of
from bot.client.snapshots import components_text
from bot.message_content import NOBODY, FileContent, Mentions, MessageContent

SaidOrForwarded = discord.Message | discord.MessageSnapshot


def message_content(message: discord.Message, *, is_edit: bool = False) -> MessageContent | None:
    """What a message says and shows; None outside a guild.

    Without the intent `message_content` Discord hands over neither text nor files, but of what is
    the bot's own or calls it.
    """
    guild, author = message.guild, message.author
    if guild is None:
        return None
    is_webhook = message.webhook_id is not None
    is_bot = author.bot or is_webhook
    said: tuple[SaidOrForwarded, ...] = (message, *message.message_snapshots)
    return MessageContent(
        guild_id=guild.id,
        place=place_of(message.channel),
        user_id=author.id,
        message_id=message.id,
        role_ids=_roles(author),
        content=message.content,
        quoted=tuple(_quoted(message, is_bot=is_bot)),
        files=tuple(file_content(file) for one in said for file in one.attachments),
        pictures=tuple(_pictures(said)),
        mentions=_mentions(message),
        is_own=author.id == guild.me.id,
        is_bot=is_bot,
        is_webhook=is_webhook,
        is_system=message.is_system(),
        is_owner=author.id == guild.owner_id,
        is_edit=is_edit,
        edited_at=message.edited_at,
    )


def thread_content(thread: discord.Thread, *, is_edit: bool = False) -> MessageContent:
    """The name of a thread, said by whom the thread belongs to; of an edit nobody knows by whom."""
    guild = thread.guild
    owner = thread.owner
    return MessageContent(
        guild_id=guild.id,
        place=place_of(thread),
        user_id=thread.owner_id,
        message_id=None,
        role_ids=_roles(owner) if owner else frozenset(),
        content=thread.name,
        is_own=thread.owner_id == guild.me.id,
        is_bot=owner.bot if owner else False,
        is_owner=thread.owner_id == guild.owner_id and not is_edit,
        is_edit=is_edit,
        is_known=owner is not None,
    )


def file_content(file: discord.Attachment) -> FileContent:
    """A file as Discord tells of it."""
    return FileContent(file.filename, file.size, file.url, file.content_type)


def _roles(author: discord.User | discord.Member) -> frozenset[int]:
    """Those of a member; a webhook, or somebody who has left, has none."""
    return roles_of(author) if isinstance(author, discord.Member) else frozenset()


def _mentions(message: discord.Message) -> Mentions:
    """Those of the text: an answer calls whom it answers without a word about it."""
    if "<@" not in message.content and not message.mention_everyone:
        return NOBODY
    return Mentions(
        frozenset(message.raw_mentions),
        frozenset(message.raw_role_mentions),
        message.mention_everyone,
    )


def _quoted(message: discord.Message, *, is_bot: bool) -> Iterator[str]:
    """What the message shows beside what was typed."""
    if message.poll is not None:
        yield message.poll.question
        yield from (answer.text for answer in message.poll.answers)
    if is_bot:
        yield from _shown(message)
    for snapshot in message.message_snapshots:
        if snapshot.content:
            yield snapshot.content
        yield from _shown(snapshot)


def _shown(said: SaidOrForwarded) -> Iterator[str]:
    """The texts of embeds and components that whoever wrote it composed."""
    for embed in said.embeds:
        if embed.type == "rich":
            yield from _embed_texts(embed)
    if said.components:
        text = components_text(said)
        if text:
            yield text


def _embed_texts(embed: discord.Embed) -> Iterator[str]:
    """Each text of an embed, and the addresses that it leads to."""
    fields = (text for field in embed.fields for text in (field.name, field.value))
    texts = (
        embed.title,
        embed.description,
        embed.url,
        embed.author.name,
        embed.author.url,
        embed.footer.text,
        *fields,
    )
    yield from (text for text in texts if text)


def _pictures(said: tuple[SaidOrForwarded, ...]) -> Iterator[str]:
    """Addresses of pictures that embeds show, of a link's preview as well."""
    for one in said:
        for embed in one.embeds:
            yield from (url for url in (embed.image.url, embed.thumbnail.url) if url)
