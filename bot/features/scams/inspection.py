"""Inspection of a message: its pictures are read, scanned, compared with what is known."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeVar

from bot.features.scams import links, patterns
from bot.features.scams.evidence import SeenPicture
from bot.features.scams.model import Signal
from bot.features.scams.ports import PictureTools
from bot.message_content import MessageContent
from bot.scanner.downloads import LARGEST, NotDownloaded
from bot.scanner.pool import ScanFailed
from bot.scanner.scan import Scan

MOST = 4  # pictures of a message
EXTENSIONS = frozenset({"png", "jpg", "jpeg", "jfif", "webp", "gif"})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ScannedPicture:
    """A picture, and what it shows."""

    content: bytes = field(repr=False)
    scan: Scan

    @property
    def seen(self) -> list[SeenPicture]:
        """Each frame that shows anything; the file itself, where none does."""
        digest = sha256(self.content).digest()
        prints = self.scan.fingerprints
        return [SeenPicture(digest, one) for one in prints] or [SeenPicture(digest, None)]


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a message's pictures give away; `reasons` say why some were not looked at."""

    pictures: tuple[ScannedPicture, ...]
    signals: tuple[Signal, ...]
    reasons: tuple[str, ...]


def addresses(content: MessageContent) -> list[str]:
    """Where the message's pictures are, the first four."""
    files = [
        one.url
        for one in content.files
        if (one.media_type or "").startswith("image/") or one.extension in EXTENSIONS
    ]
    return list(dict.fromkeys((*files, *content.pictures)))[:MOST]


class PictureInspection:
    """Looks at pictures; whatever is wrong with one is counted, and hurts nobody."""

    def __init__(self, tools: PictureTools) -> None:
        self._tools = tools

    async def inspect(self, guild_id: int, urls: Sequence[str], *, asks_others: bool) -> Inspected:
        """What they give away."""
        looked = await asyncio.gather(*(self._scanned(url) for url in urls))
        pictures = tuple(one for one in looked if isinstance(one, ScannedPicture))
        reasons = tuple(one for one in looked if isinstance(one, str))
        signals = await self.signals(guild_id, pictures, asks_others=asks_others)
        return Inspected(pictures, tuple(signals), reasons)

    async def signals(
        self, guild_id: int, pictures: Sequence[ScannedPicture], *, asks_others: bool
    ) -> list[Signal]:
        """What these give away to that guild; a file that staff know to be harmless says nothing
        but where its codes lead.
        """
        hosts = self._tools.known.instance.hosts
        mine = await self._tools.known.of(guild_id)
        found = list[Signal]()
        open_ones = list[SeenPicture]()
        for one in pictures:
            found += _there(links.signal_of(code, hosts) for code in one.scan.codes)
            seen = one.seen
            if mine.digests.get(seen[0].digest):
                continue
            open_ones += seen
            found += _there([patterns.signal_of(one.scan.text or "")])
        known = self._tools.known
        return [*found, *await known.signals(guild_id, open_ones, asks_others=asks_others)]

    async def read(self, url: str) -> bytes:
        """The bytes at an address; NotDownloaded says why there are none."""
        return await self._tools.downloads.read(url, most=LARGEST)

    async def known_again(self, content: bytes) -> ScannedPicture:
        """The same picture, scanned so that parts of it are known again; ScanFailed as below."""
        return ScannedPicture(content, await self._tools.pool.scan(content, dense=True))

    async def _scanned(self, url: str) -> ScannedPicture | str:
        """The picture, or why nobody looked at it."""
        counts = self._tools.counts
        try:
            content = await self.read(url)
            scan = await self._tools.pool.scan(content, reads=self._tools.reads)
        except (NotDownloaded, ScanFailed) as error:
            reason = str(error)
            counts[reason] += 1
            return reason
        counts["scanned"] += 1
        return ScannedPicture(content, scan)


def _there(found: Iterable[T | None]) -> list[T]:
    return [one for one in found if one is not None]
