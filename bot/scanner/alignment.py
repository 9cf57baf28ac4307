"""Alignment of two pictures: where a known one lies in one that is seen, whole or in part.

It is found roughly first, by correlation at a row of sizes, then fitted to less than a pixel by
least squares, as Lucas and Kanade do (IJCAI 1981).
"""

import math
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

GreyLevels = NDArray[np.float32]
"""Grey levels, row by row."""

ROUGH = 64  # pixels of the known one's longer side, as it is looked for
ROOM = 256  # of the square in which it is
SIZES = tuple(0.5 * 1.05**step for step in range(27))
"""Widths that the seen one may have, of the known one's: from half of it to it with a frame."""
TRIES = 3  # places that are fitted
ROUNDS = 6
LEAST_SHARE = 0.25  # of either side of the known one, which has to be seen
FAR = (0.05, 4.0)  # sides of the known one, of the seen one's, between which it is looked for
STRAY = 12.0  # levels from which a difference is something else, laid over
CLEAREST = 40.0  # levels: an edge counts no more than that
BLUR = 2.0


class Box(NamedTuple):
    """Where the known picture lies, in shares of the seen one's sides; its edges may be outside."""

    left: float
    top: float
    right: float
    bottom: float


class Overlap(NamedTuple):
    """The part of the known picture that is seen, in pixels, and the seen one's, as large."""

    left: int
    top: int
    seen: Image.Image

    def of(self, known: GreyLevels) -> GreyLevels:
        """The same part of the known picture."""
        width, height = self.seen.size
        return known[self.top : self.top + height, self.left : self.left + width]


def levels(picture: Image.Image) -> GreyLevels:
    return np.asarray(picture, dtype=np.float32)


def detail(picture: Image.Image) -> GreyLevels:
    """What stands out from its surroundings: light and tint are gone, lines and letters stay."""
    blurred = picture.filter(ImageFilter.GaussianBlur(BLUR))
    return np.clip(levels(picture) - levels(blurred), -CLEAREST, CLEAREST)


def reduced(picture: Image.Image, side: int) -> Image.Image:
    """A copy whose longer side is at most that long."""
    copy = picture.copy()
    copy.thumbnail((side, side), Image.Resampling.BILINEAR)
    return copy


def box_in(known: Image.Image, seen: Image.Image) -> Box | None:
    """Where the known picture lies in the seen one, both grey; None where nothing is alike."""
    rough, middle = reduced(known, ROUGH), reduced(known, max(known.size) // 2)
    small = reduced(seen, max(known.size))
    fitted = [_fitted(middle, small, one) for one in _rough_boxes(rough, small)]
    _likeness, box = max(fitted, default=(0.0, None))
    return None if box is None else _fitted(known, seen, box)[1]


def overlap(size: tuple[int, int], seen: Image.Image, box: Box) -> Overlap | None:
    """What both show, in pixels of the known one; None where that is too little."""
    width, height = box.right - box.left, box.bottom - box.top
    if not all(FAR[0] < side < FAR[1] for side in (width, height)):
        return None
    left, right = _shared(size[0], -box.left / width, (1 - box.left) / width)
    top, bottom = _shared(size[1], -box.top / height, (1 - box.top) / height)
    if right - left < size[0] * LEAST_SHARE or bottom - top < size[1] * LEAST_SHARE:
        return None
    part = (
        max((box.left + width * left / size[0]) * seen.width, 0),
        max((box.top + height * top / size[1]) * seen.height, 0),
        min((box.left + width * right / size[0]) * seen.width, seen.width),
        min((box.top + height * bottom / size[1]) * seen.height, seen.height),
    )
    there = seen.resize((right - left, bottom - top), Image.Resampling.BILINEAR, box=part)
    return Overlap(left, top, there)


def _shared(side: int, start: float, end: float) -> tuple[int, int]:
    return math.ceil(max(start, 0) * side), math.floor(min(end, 1) * side)


def _rough_boxes(known: Image.Image, seen: Image.Image) -> list[Box]:
    """The likeliest places, by the peak of the correlation at each size."""
    spectrum, strength = _spectrum(known)
    found = list[tuple[float, Box]]()
    for size in (known.size, *(_size(known, seen, share) for share in SIZES)):
        if not all(16 <= one < ROOM - side for one, side in zip(size, known.size, strict=True)):
            continue
        resized = seen.resize(size, Image.Resampling.BILINEAR, reducing_gap=1.5)
        other, strength_of_other = _spectrum(resized)
        alike = np.fft.irfft2(other * spectrum.conj(), (ROOM, ROOM))
        row, column = divmod(int(alike.argmax()), ROOM)
        peak = float(alike[row, column]) / (strength * strength_of_other + 1e-6)
        left, top = _unrolled(column, size[0]), _unrolled(row, size[1])
        right, bottom = left + known.width, top + known.height
        box = Box(left / size[0], top / size[1], right / size[0], bottom / size[1])
        found.append((peak, box))
    return [box for _peak, box in sorted(found, reverse=True)[:TRIES]]


def _size(known: Image.Image, seen: Image.Image, share: float) -> tuple[int, int]:
    width = known.width * share
    return round(width), round(width * seen.height / seen.width)


def _unrolled(place: int, side: int) -> int:
    """The correlation goes round: what is beyond the seen one's end is before its beginning."""
    return place if place < side else place - ROOM


def _spectrum(picture: Image.Image) -> tuple[NDArray[np.complexfloating], float]:
    found = detail(picture)
    return np.fft.rfft2(found, (ROOM, ROOM)), float(np.linalg.norm(found))


def _fitted(known: Image.Image, seen: Image.Image, box: Box) -> tuple[float, Box]:
    """The best of the places that come up while it is moved and stretched, and how good it is."""
    wanted, best = detail(known), (-1.0, box)
    for _ in range(ROUNDS):
        both = overlap(known.size, seen, box)
        if both is None:
            break
        there, here = detail(both.seen), both.of(wanted)
        strength = float(np.linalg.norm(there) * np.linalg.norm(here)) + 1e-6
        best = max(best, (float((there * here).sum()) / strength, box))
        box = _moved(box, known.size, _step(here, there, both, known.size))
    return best


def _step(here: GreyLevels, there: GreyLevels, both: Overlap, size: tuple[int, int]) -> list[float]:
    """By how much it has to be moved and stretched on either axis, in pixels."""
    slopes = cast("tuple[GreyLevels, GreyLevels]", tuple(np.gradient(there)))
    rows, columns = there.shape
    across = _places(both.left, columns, size[0])[None, :]
    down = _places(both.top, rows, size[1])[:, None]
    parts: list[GreyLevels] = [slopes[1], slopes[1] * across, slopes[0], slopes[0] * down, there]
    system = np.stack([one.ravel() for one in parts], axis=1)
    missing = (here - there).ravel()
    weighed = system / (1 + (missing / STRAY) ** 2)[:, None]
    ridge = 1e-3 * np.eye(len(parts))
    answer = np.linalg.solve(weighed.T @ system + ridge, weighed.T @ missing)
    return [float(one) for one in answer[:4]]


def _places(start: int, count: int, side: int) -> GreyLevels:
    """Of each pixel, how far it is from the middle, in shares of the side."""
    return np.float32(1 / side) * (np.arange(count, dtype=np.float32) + start) - np.float32(0.5)


def _moved(box: Box, size: tuple[int, int], step: list[float]) -> Box:
    """Never far at once: what it was reckoned from holds nearby alone."""
    most = [4.0, 0.08 * size[0], 4.0, 0.08 * size[1]]
    right, wider, down, higher = (
        min(max(one, -limit), limit) for one, limit in zip(step, most, strict=True)
    )
    across, along = (box.right - box.left) / size[0], (box.bottom - box.top) / size[1]
    return Box(
        box.left + (right - wider / 2) * across,
        box.top + (down - higher / 2) * along,
        box.right + (right + wider / 2) * across,
        box.bottom + (down + higher / 2) * along,
    )
