"""Quote of a message: its text and copies of its files; a link of Discord's lives about a day."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import discord

from bot.acts import ActFailed
from bot.client.discord_calls import ANSWER_SECONDS, answered
from bot.client.interactions import Interaction
from bot.errors import UserError
from bot.features.cases.evidence import PIECES
from bot.texts import _
from bot.uploads import Upload, refuse_upload
from bot.user_text import inline

FILES = PIECES - 1  # beside the text
DISCORDS = frozenset(
    {
        "cdn.discordapp.com",
        "media.discordapp.net",
        "images-ext-1.discordapp.net",
        "images-ext-2.discordapp.net",
    }
)
"""Hosts that belong to Discord; nobody else's is asked for a picture."""
NAME_SHOWN = 60

Written = discord.Message | discord.MessageSnapshot


@dataclass(frozen=True, slots=True)
class Original:
    """File of a message, not fetched yet; `size` is 0 where Discord does not say it."""

    name: str
    media_type: str | None
    size: int
    fetch: Callable[[], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a message, and in words what of it cannot be."""

    uploads: tuple[Upload, ...]
    lost: tuple[str, ...]


async def keep(interaction: Interaction, message: discord.Message) -> Kept:
    """The message as a text, and its files, those of what it forwards and shows too."""
    uploads: list[Upload] = []
    lost: list[str] = []
    for original in _originals(interaction, message):
        try:
            if len(uploads) == FILES:
                raise UserError(_("a case has room for {count} files").format(count=FILES))
            uploads.append(await _copied(original))
        except (UserError, ActFailed) as error:
            lost.append(f"{inline(original.name, NAME_SHOWN)}: {str(error).rstrip('.')}")
    missing = [_("[not kept] {what}").format(what=one) for one in lost]
    text = "\n".join([*_lines(message), *missing])
    told = Upload(f"message-{message.id}.txt", "text/plain", text.encode())
    return Kept((told, *uploads), tuple(lost))


async def _copied(original: Original) -> Upload:
    """The bytes; a UserError where they are too many, or of a kind that is not kept."""
    refuse_upload(original.size or 1, original.media_type)
    async with answered(ANSWER_SECONDS):
        content = await original.fetch()
    refuse_upload(len(content), original.media_type)
    return Upload(original.name, original.media_type, content)


def _written(message: discord.Message) -> tuple[Written, ...]:
    """The message, and those that it forwards."""
    return (message, *message.message_snapshots)


def _originals(interaction: Interaction, message: discord.Message) -> Iterator[Original]:
    for one in _written(message):
        for file in one.attachments:
            yield Original(file.filename, file.content_type, file.size, file.read)
    for one in _written(message):
        for embed in one.embeds:
            for picture in (embed.image, embed.thumbnail):
                if address := picture.proxy_url or picture.url:
                    yield _picture(interaction, address)


def _picture(interaction: Interaction, address: str) -> Original:
    """A picture that an embed shows, from Discord's copy of it."""
    parts = urlsplit(address)
    name = parts.path.rpartition("/")[2] or "picture"
    extension = name.rpartition(".")[2].lower().replace("jpg", "jpeg")
    kind = f"image/{extension}" if extension in ("gif", "jpeg", "png", "webp") else "image/png"

    async def fetch() -> bytes:
        if parts.scheme != "https" or parts.hostname not in DISCORDS:
            raise UserError(_("it lies on somebody else's server"))
        return await interaction.client.http.get_from_cdn(address)

    return Original(name, kind, 0, fetch)


def _lines(message: discord.Message) -> Iterator[str]:
    """Who wrote it and when, then all that it says."""
    author = message.author
    yield f"{author.name} ({author.id}), {message.created_at:%Y-%m-%d %H:%M:%S} UTC"
    yield message.jump_url
    for one in _written(message):
        yield ""
        if one is not message:
            yield f"[forwarded, written {one.created_at:%Y-%m-%d %H:%M:%S} UTC]"
        if one.content:
            yield one.content
        for embed in one.embeds:
            yield from _embedded(embed)
        yield from (f"[file] {file.filename} ({file.size} bytes)" for file in one.attachments)
        yield from (f"[sticker] {sticker.name} {sticker.url}" for sticker in one.stickers)


def _embedded(embed: discord.Embed) -> Iterator[str]:
    pictures = (embed.image.url, embed.thumbnail.url, embed.video.url)
    said = (embed.author.name, embed.title, embed.url, embed.description)
    fields = (f"{field.name}: {field.value}" for field in embed.fields)
    yield "[embed]"
    yield from filter(None, (*said, *fields, embed.footer.text, *pictures))
