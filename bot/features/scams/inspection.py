"""Inspection of a message: its pictures are read, scanned, compared with what is known."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256

from bot.features.scams import links, patterns
from bot.features.scams.evidence import SeenPicture
from bot.features.scams.model import Signal
from bot.features.scams.ports import PictureTools
from bot.message_content import MessageContent
from bot.scanner.downloads import LARGEST, NotDownloaded
from bot.scanner.pool import ScanFailed
from bot.scanner.scan import Scan, ScannedFrame

MOST = 4  # pictures of a message
TOO_MUCH = frozenset({"time", "memory", "died"})
"""What may have failed by its words alone."""
EXTENSIONS = frozenset({"png", "jpg", "jpeg", "jfif", "webp", "gif"})


@dataclass(frozen=True, slots=True)
class ScannedPicture:
    """A picture, and what it shows; `guilty` is the frame that gave it away."""

    content: bytes = field(repr=False)
    scan: Scan
    guilty: int | None = None

    @property
    def digest(self) -> bytes:
        return sha256(self.content).digest()

    @property
    def seen(self) -> list[SeenPicture]:
        """Each frame that shows anything; the file itself, where none does."""
        digest, prints = self.digest, self.scan.fingerprints
        return [SeenPicture(digest, one) for one in prints] or [SeenPicture(digest, None)]

    @property
    def shown(self) -> ScannedFrame:
        """The frame that gave it away; the first one, where none did."""
        frames = self.scan.frames
        number = self.guilty or 0
        return frames[number] if number < len(frames) else ScannedFrame()


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a message's pictures give away; `reasons` say why some were not looked at."""

    pictures: tuple[ScannedPicture, ...]
    signals: tuple[Signal, ...]
    reasons: tuple[str, ...]

    @property
    def guilty(self) -> tuple[ScannedPicture, ...]:
        """Those that gave the message away; where it was nothing on them, all."""
        return tuple(one for one in self.pictures if one.guilty is not None) or self.pictures


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
        weighed, signals = list[ScannedPicture](), list[Signal]()
        for one in pictures:
            found = await self._weighed(guild_id, one, asks_others=asks_others)
            weighed.append(replace(one, guilty=found[0][0] if found else None))
            signals += (signal for _frame, signal in found)
        return Inspected(tuple(weighed), tuple(signals), reasons)

    async def _weighed(
        self, guild_id: int, one: ScannedPicture, *, asks_others: bool
    ) -> list[tuple[int, Signal]]:
        """What it gives away to that guild, and by which frame; a file that staff know to be
        harmless says nothing but where its codes lead.
        """
        known = self._tools.known
        found = list[tuple[int, Signal]]()
        for code in one.scan.codes:
            signal = links.signal_of(code, known.instance.hosts)
            if signal is not None:
                number = next(n for n, frame in enumerate(one.scan.frames) if code in frame.codes)
                found.append((number, signal))
        if (await known.of(guild_id)).digests.get(one.digest):
            return found
        words = patterns.signal_of(one.scan.text or "")
        found += [] if words is None else [(0, words)]
        prints = [frame.print for frame in one.scan.frames]
        for seen in one.seen:
            number = 0 if seen.print is None else prints.index(seen.print)
            agrees = partial(self._shares, one.content, number)
            signals = await known.signals(guild_id, seen, agrees=agrees, asks_others=asks_others)
            found += ((number, signal) for signal in signals)
        return found

    async def _shares(
        self, content: bytes, frame: int, known: Sequence[bytes]
    ) -> Sequence[float | None]:
        """How much of each known picture that frame shows; None where nobody could compare them."""
        try:
            return await self._tools.pool.agreements(content, known, frame=frame)
        except ScanFailed as error:
            self._tools.counts[str(error)] += 1
            return [None] * len(known)

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
            scan = await self._scan(content)
        except (NotDownloaded, ScanFailed) as error:
            reason = str(error)
            counts[reason] += 1
            return reason
        counts["scanned"] += 1
        return ScannedPicture(content, scan)

    async def _scan(self, content: bytes) -> Scan:
        """With its words, where they are read; whose take too long is looked at without them."""
        tools = self._tools
        try:
            return await tools.pool.scan(content, reads=tools.reads)
        except ScanFailed as error:
            if not tools.reads or str(error) not in TOO_MUCH:
                raise
        tools.counts["unread"] += 1
        return await tools.pool.scan(content)
