"""Fingerprint of a picture: perceptual hashes of the whole and of windows of it.

A hash of the whole survives another size, another format and a caption; a crop moves it by a third
of its bits, and so does a frame around it. So a picture is known by the hashes of its windows as
well: a crop of it looks like one of them, and of a picture with a frame, a window looks like it.
"""

# ImageHash is untyped.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Iterator
from itertools import product

import imagehash
from PIL import Image, ImageStat

from bot.scanner.hashes import Fingerprint

SMALL = 256  # pixels of the side from which windows are cut
FLATTEST = 8.0  # grey levels of deviation, below which a hash is of noise
FLATTEST_WINDOW = 16.0  # a window has to show more, to be told from another picture's
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
    windows = _windows(grey, DENSE if dense else COARSE)
    return Fingerprint(_hash(grey), tuple(dict.fromkeys(map(_hash, windows))))


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
