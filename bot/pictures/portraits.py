"""Portraits: people's pictures, read within bounds, kept for a while, and drawn round.

They come from the network, so from anybody: of a file that is too large, broken, or meant to
become huge in memory nothing is drawn, and the initial of the name stands in.
"""

import asyncio
import io
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping

from PIL import Image, ImageOps

from bot.pictures.text import Style, write

LARGEST = 1024 * 1024  # bytes of a file
WIDEST = 2_048  # pixels; Discord gives 256
KEPT = 4 * 1024 * 1024  # bytes of all that are kept
PATIENCE = 3.0  # seconds for all of a picture's
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
COLOURS = ("#5865f2", "#3ba55d", "#faa61a", "#ed4245", "#eb459e", "#00a8fc", "#9b59b6", "#1abc9c")

ReadPicture = Callable[[str], Awaitable[bytes]]
"""The bytes at an address; it may raise whatever it likes."""


class Portraits:
    """Files of portraits by their address: read at once, each once, the longest unused go first."""

    def __init__(self, read: ReadPicture, *, failures: type[Exception]) -> None:
        self._read_file = read
        self._failures = failures
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0

    async def files(self, urls: Iterable[str]) -> Mapping[str, bytes]:
        """Those that came in time."""
        wanted = set(urls)
        missing = [url for url in wanted if url not in self._kept]
        if missing:
            tasks = [asyncio.create_task(self._read(url)) for url in missing]
            done, late = await asyncio.wait(tasks, timeout=PATIENCE)
            for task in late:
                task.cancel()
            await asyncio.gather(*done)
        found = {url: self._kept[url] for url in wanted if url in self._kept}
        for url in found:
            self._kept.move_to_end(url)
        return found

    async def _read(self, url: str) -> None:
        try:
            content = await self._read_file(url)
        except self._failures:
            return
        if url not in self._kept and len(content) <= LARGEST:
            self._kept[url] = content
            self._size += len(content)
        while self._size > KEPT:
            _url, gone = self._kept.popitem(last=False)
            self._size -= len(gone)


def opened(content: bytes | None, size: int) -> Image.Image | None:
    """The picture as a square of that size; None for what is no picture, or a hostile one."""
    if content is None:
        return None
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as file:
            if max(file.size) > WIDEST:
                return None
            file.draft("RGB", (size, size))  # a JPEG can be read smaller than it is
            return ImageOps.fit(file.convert("RGB"), (size, size), Image.Resampling.LANCZOS)
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        return None


def portrait(content: bytes | None, user_id: int, name: str, size: int) -> Image.Image:
    """A square that shows somebody: their picture, or else their initial on a colour of theirs."""
    found = opened(content, size)
    if found is not None:
        return found
    stand_in = Image.new("RGB", (size, size), COLOURS[(user_id >> 22) % len(COLOURS)])
    initial = next((one for one in name if one.isalnum()), "?")
    write(stand_in, (size / 2, size / 2), initial, Style(round(size * 0.5), "#ffffff"), "mm")
    return stand_in
