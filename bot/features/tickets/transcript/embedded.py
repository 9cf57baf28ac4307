"""Embedded pictures and files of a transcript, as large as there is room for."""

import base64
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bot.features.tickets import message_store
from bot.features.tickets.message_store import StoredFile, StoredMessage
from bot.features.tickets.transcript import markup
from bot.features.tickets.transcript.document import TranscriptPictures
from bot.features.tickets.transcript.lines import TranscriptLine, TranscriptSource
from bot.features.tickets.transcript.shelf import FORMATS, MIB, Load, PictureShelf
from bot.storage.database import Database
from bot.texts import N_, _

EMOJI = "https://cdn.discordapp.com/emojis/{}.webp?size=64"
EMOJI_SIDE = 44
PEOPLE, EMOJIS, CARDS, PHOTOS = 100, 60, 60, 200  # pictures of each kind, at most
DOWNLOADS = 3 * MIB  # of the files in a copy that stands alone

T = TypeVar("T")
HrefOf = Callable[[StoredFile], str]
"""Where a file can be had; a copy that stands alone holds it itself."""


@dataclass(frozen=True, slots=True)
class PictureSizes:
    """How large pictures are, in pixels of their longer side, and what is said of it."""

    avatar: int
    photo: int
    has_files: bool = False
    remark: str = ""


SIZES = (
    PictureSizes(80, 1000, has_files=True),
    PictureSizes(
        40, 320, remark=N_("Pictures are small here, and files left out, so that it can be sent.")
    ),
)
BARE = N_("Pictures and files are left out here, so that it can be sent.")


@dataclass(slots=True)
class _Room:
    """What is left of a copy's size."""

    left: int
    is_over: bool = field(default=False)

    def take(self, address: str) -> bool:
        self.left -= len(address) + 120
        self.is_over = self.left < 0
        return not self.is_over


class EmbeddedPictures:
    """Collects what a copy embeds; of what is too large in all, smaller ones, then none."""

    def __init__(self, database: Database, shelf: PictureShelf) -> None:
        self._database = database
        self._shelf = shelf

    async def emoji(self, messages: Sequence[StoredMessage]) -> dict[int, str]:
        """The custom emoji of messages; asked for before they are drawn, as far as can be had."""
        wanted = {EMOJI.format(one): one for one in _first(_emoji(messages), EMOJIS)}
        found = await self._discords(wanted, EMOJI_SIDE, _Room(MIB))
        return {wanted[address]: made for address, made in found.items()}

    async def of(
        self,
        source: TranscriptSource,
        lines: Sequence[TranscriptLine],
        *,
        limit: int,
        href: HrefOf | None = None,
    ) -> TranscriptPictures:
        """As large as `limit` bytes let them be, emoji left out; `href` where each file is had."""
        for sizes in SIZES:
            found = await self._sized(source, lines, sizes, _Room(limit), href)
            if found is not None:
                return found
        return TranscriptPictures(
            downloads=_linked(source, lines, href) if href else {}, remarks=[_(BARE)]
        )

    async def _sized(
        self,
        source: TranscriptSource,
        lines: Sequence[TranscriptLine],
        sizes: PictureSizes,
        room: _Room,
        href: HrefOf | None,
    ) -> TranscriptPictures | None:
        """None where they are too large in all."""
        people = _first((line.avatar for line in lines if line.avatar), PEOPLE)
        embeds = (embed for line in lines for embed in line.embeds)
        cards = _first((one for embed in embeds for one in embed.pictures), CARDS)
        avatars = await self._discords(people, sizes.avatar, room)
        drawn = await self._discords(cards, sizes.photo, room)
        files, remarks = await self._photos(source, lines, sizes, room)
        downloads = _linked(source, lines, href) if href else {}
        if href is None and sizes.has_files:
            downloads = await self._whole(source, lines, room)
        if room.is_over:
            return None
        return TranscriptPictures(
            avatars=avatars,
            embeds=drawn,
            files=files,
            downloads=downloads,
            remarks=[*([_(sizes.remark)] if sizes.remark else []), *remarks],
        )

    async def _discords(self, addresses: Iterable[str], side: int, room: _Room) -> dict[str, str]:
        found = dict[str, str]()
        for address in addresses:
            made = None if room.is_over else await self._shelf.of_discord(address, side)
            if made is not None and room.take(made):
                found[address] = made
        return found

    async def _photos(
        self,
        source: TranscriptSource,
        lines: Sequence[TranscriptLine],
        sizes: PictureSizes,
        room: _Room,
    ) -> tuple[dict[int, str], list[str]]:
        kept = [one for one in _kept(source, lines) if _is_picture(one)]
        found = dict[int, str]()
        for one in kept[:PHOTOS]:
            if room.is_over:
                break
            made = await self._shelf.small(f"file {one.id}", sizes.photo, self._load(one))
            if made is not None and room.take(made):
                found[one.id] = made
        remark = _("Of its pictures the first {count} are shown.")
        return found, [remark.format(count=PHOTOS)] if len(kept) > PHOTOS else []

    async def _whole(
        self, source: TranscriptSource, lines: Sequence[TranscriptLine], room: _Room
    ) -> dict[int, str]:
        """Files that fit, the small ones first, each to be saved from the page itself."""
        found, left = dict[int, str](), DOWNLOADS
        for one in sorted(_kept(source, lines), key=lambda file: file.size):
            left -= one.size
            if left < 0 or room.is_over:
                break
            content = await self._load(one)()
            # No type of its own: a browser saves it, and opens nothing in the page's name.
            encoded = base64.b64encode(content or b"").decode()
            address = f"data:application/octet-stream;base64,{encoded}"
            if content is not None and room.left > len(address) + 120 and room.take(address):
                found[one.id] = address
        return found

    def _load(self, file: StoredFile) -> Load:
        async def load() -> bytes | None:
            async with self._database.reading() as reading:
                return await message_store.content(reading, file.id)

        return load


def _kept(source: TranscriptSource, lines: Sequence[TranscriptLine]) -> list[StoredFile]:
    """The files of these lines whose bytes are there."""
    shown = {file.id for line in lines for file in line.files}
    return [
        one for one in source.files if one.id in shown and one.url is None and one.failure is None
    ]


def _linked(
    source: TranscriptSource, lines: Sequence[TranscriptLine], href: HrefOf
) -> dict[int, str]:
    return {one.id: href(one) for one in _kept(source, lines)}


def _is_picture(file: StoredFile) -> bool:
    return (file.media_type or "").partition(";")[0].upper() in {f"IMAGE/{one}" for one in FORMATS}


def _emoji(messages: Sequence[StoredMessage]) -> Iterable[int]:
    for one in messages:
        yield from markup.marked_emoji(one.document.get("content") or "")
        for reaction in one.document.get("reactions", {}):
            yield from markup.marked_emoji(reaction)


def _first(found: Iterable[T], most: int) -> list[T]:
    return list(dict.fromkeys(found))[:most]
