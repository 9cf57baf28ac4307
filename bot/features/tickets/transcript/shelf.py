"""Shelf of pictures: made small enough for a transcript, and kept in memory while there is room."""

import asyncio
import base64
import io
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from PIL import Image, ImageOps

from bot.acts import ActFailed, Acts
from bot.logs import get_logger

MIB = 1024 * 1024
ROOM = 32 * MIB
LARGEST = 4 * MIB  # of what is fetched
PIXELS = 40_000_000  # of a picture that is opened: a few bytes can promise any number
FORMATS = ("GIF", "JPEG", "PNG", "WEBP")
HOSTS = (".discordapp.com", ".discordapp.net")
"""Discord's own: what somebody else keeps is never asked for."""

Load = Callable[[], Awaitable[bytes | None]]

_log = get_logger("herald.tickets")


class PictureShelf:
    """Pictures as `data:` addresses, by what they are of and how large they are."""

    def __init__(self, acts: Acts, *, room: int = ROOM) -> None:
        self._acts = acts
        self._room = room
        self._held = OrderedDict[tuple[str, int], str]()

    async def small(self, key: str, side: int, load: Load) -> str | None:
        """The picture with no side longer than so many pixels; None where it is none."""
        if (key, side) in self._held:
            self._held.move_to_end((key, side))
            return self._held[key, side]
        content = await load()
        made = None if content is None else await asyncio.to_thread(shrunk, content, side)
        if made is not None:
            self._keep((key, side), made)
        return made

    async def of_discord(self, address: str, side: int) -> str | None:
        """The same of a picture that Discord keeps."""

        async def load() -> bytes | None:
            if not _is_asked_for(address):
                return None
            try:
                return await self._acts.read_file(address, most=LARGEST)
            except ActFailed as error:
                _log.info("ticket.picture_not_read", error=str(error))
                return None

        return await self.small(address, side, load)

    def _keep(self, key: tuple[str, int], made: str) -> None:
        self._held[key] = made
        self._room -= len(made)
        while self._room < 0 and self._held:
            _key, dropped = self._held.popitem(last=False)
            self._room += len(dropped)


def shrunk(content: bytes, side: int) -> str | None:
    """A still picture, written anew: nothing but its points is left of what was sent."""
    written = io.BytesIO()
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            if opened.width * opened.height > PIXELS:
                return None
            turned = ImageOps.exif_transpose(opened)
            drawn = turned.convert("RGBA" if turned.has_transparency_data else "RGB")
            drawn.thumbnail((side, side))
            drawn.save(written, "WEBP", quality=75, method=2)
    # Pillow's readers raise what their parts raise, on files made to mislead them.
    except Exception as error:  # noqa: BLE001  see above
        _log.info("ticket.picture_not_drawn", error=str(error))
        return None
    return f"data:image/webp;base64,{base64.b64encode(written.getvalue()).decode()}"


def _is_asked_for(address: str) -> bool:
    """Whether Discord keeps it; the face that it gives to whoever has none tells nobody apart."""
    try:
        parts = urlsplit(address)
        is_discords = parts.scheme == "https" and (parts.hostname or "").endswith(HOSTS)
    except ValueError:
        return False
    return is_discords and not parts.path.startswith("/embed/avatars/")
