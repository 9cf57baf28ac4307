"""Fingerprint of a picture: perceptual hashes of the whole and of windows of it.

A hash of the whole survives another size, another format and a caption; a crop moves it by a third
of its bits, and so does a frame around it. So a picture is known by the hashes of its windows as
well: a crop of it looks like one of them, and of a picture with a frame, a window looks like it.
Such a hash does not read: what is only like it in its colours and shapes, `agreement` tells apart.
"""

# ImageHash is untyped.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Iterator
from itertools import product

import imagehash
from PIL import Image, ImageChops, ImageStat

from bot.scanner.hashes import Fingerprint
from bot.scanner.picture import thumbnail

SMALL = 256  # pixels of the side from which windows are cut
FLATTEST = 8.0  # grey levels of deviation, below which a hash is of noise
FLATTEST_WINDOW = 16.0  # a window has to show more, to be told from another picture's
BORDER = 12  # grey levels that a border of one colour may vary by
_BEYOND_BORDER = [255 * (level > BORDER) for level in range(256)]
LEAST_INSIDE = 0.2  # of either side, that has to be left within a border
HashSpan = tuple[float, float]
"""Where a window begins on an axis, and how long it is, as shares of the side."""


def _spans(*scales: tuple[float, tuple[float, ...]]) -> tuple[HashSpan, ...]:
    return tuple((start, scale) for scale, starts in scales for start in starts)


COARSE = _spans(
    (1.0, (0.0,)),
    (0.9, (0.0, 0.05, 0.1)),
    (0.8, (0.0, 0.1, 0.2)),
    (0.7, (0.0, 0.15, 0.3)),
    (0.6, (0.0, 0.2, 0.4)),
)
"""Of a picture that somebody posts: a known one may stand within it."""
DENSE = _spans(
    (1.0, (0.0,)),
    (0.95, (0.0, 0.05)),
    (0.9, (0.0, 0.05, 0.1)),
    (0.85, (0.0, 0.05, 0.1, 0.15)),
    (0.8, (0.0, 0.067, 0.133, 0.2)),
    (0.7, (0.0, 0.1, 0.2, 0.3)),
)
"""Of a picture that is to be known: what is posted may be a part of it."""


def fingerprint(picture: Image.Image, *, dense: bool = False) -> Fingerprint | None:
    """What it is known by; None for one that shows next to nothing."""
    grey = picture.convert("L")
    grey.thumbnail((SMALL, SMALL), Image.Resampling.BILINEAR)
    if _is_flat(grey):
        return None
    inner = _without_border(grey)
    windows = _windows(grey, DENSE) if dense else (inner, *_windows(inner, COARSE))
    tiles = tuple(dict.fromkeys(map(_hash, windows)))
    return Fingerprint(_hash(grey), tiles, thumbnail(picture) if dense else b"")


def _without_border(grey: Image.Image) -> Image.Image:
    """What stands within bars or a frame of one colour, as phones put around what they show."""
    ground = Image.new("L", grey.size, grey.getpixel((0, 0)))
    apart = ImageChops.difference(grey, ground).point(_BEYOND_BORDER)
    box = apart.getbbox() or (0, 0, *grey.size)
    inner = grey.crop(box)
    is_enough = all(a >= LEAST_INSIDE * b for a, b in zip(inner.size, grey.size, strict=True))
    return inner if is_enough else grey


def _windows(grey: Image.Image, spans: tuple[HashSpan, ...]) -> Iterator[Image.Image]:
    width, height = grey.size
    for (left, wide), (top, high) in product(spans, spans):
        start, end = (left * width, top * height), ((left + wide) * width, (top + high) * height)
        window = grey.crop((round(start[0]), round(start[1]), round(end[0]), round(end[1])))
        if wide * high < 1 and not _is_flat(window, FLATTEST_WINDOW):
            yield window


def _is_flat(grey: Image.Image, flattest: float = FLATTEST) -> bool:
    return min(grey.size) < 2 or ImageStat.Stat(grey).stddev[0] < flattest


def _hash(grey: Image.Image) -> int:
    """Two kinds of hash in one: what is alike in both is alike."""
    return int(f"{imagehash.phash(grey)}{imagehash.dhash(grey)}", 16)
