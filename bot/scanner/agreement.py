"""Agreement of two pictures: how much of the detail of a known one stands in one that is seen.

Two cards with the same shapes and other words on them have nearly the same hashes. So a hash only
says which known pictures a new one may be; they are then laid over one another, and compared block
by block. A block counts by its corners (the lesser eigenvalue of its structure tensor, as Shi and
Tomasi have it, CVPR 1994): letters have many, the edge of a shape none, and what is flat says
nothing.
"""

from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from bot.scanner.alignment import GreyLevels, box_in, levels, overlap, reduced
from bot.scanner.picture import THUMBNAIL

SHARPEST = 512  # pixels of the seen one's longer side
NARROWEST = 24  # pixels of the shorter side of either
BLOCK = 8  # pixels of a block's side
LEAST_CORNERS = 1.0  # levels for each pixel, below which a block says nothing
MOST_CORNERS = 10.0
LEAST_BLOCKS = 12  # that say something
ALIKE = 0.7  # correlation of two blocks
NOISE = 2.0  # levels of deviation that the format of a file makes


def agreement(known: Image.Image, seen: Image.Image) -> float | None:
    """The share of the known one's detail that is found where it belongs, of the part that is seen.

    None where the known one has so little that this says nothing.
    """
    known = reduced(known.convert("L"), THUMBNAIL)
    seen = reduced(seen.convert("L"), SHARPEST)
    if min(known.size) < NARROWEST or (_corners(known) > LEAST_CORNERS).sum() < LEAST_BLOCKS:
        return None
    box = box_in(known, seen) if min(seen.size) >= NARROWEST else None
    both = None if box is None else overlap(known.size, seen, box)
    if both is None:
        return 0.0
    width, height = both.seen.size
    part = known.crop((both.left, both.top, both.left + width, both.top + height))
    corners = _corners(part)
    speaks = corners > LEAST_CORNERS
    if speaks.sum() < LEAST_BLOCKS:
        return 0.0
    weights = np.minimum(corners, MOST_CORNERS) * speaks
    alike = _correlations(levels(part), levels(both.seen)) > ALIKE
    return float((weights * alike).sum() / weights.sum())


def _corners(picture: Image.Image) -> GreyLevels:
    """Of each block, how much it changes in every direction."""
    smooth = levels(picture.filter(ImageFilter.GaussianBlur(0.7)))
    down, across = cast("tuple[GreyLevels, GreyLevels]", tuple(np.gradient(smooth)))
    xx, yy, xy = (_blocks(one).mean(1) for one in (across**2, down**2, across * down))
    lesser = (xx + yy) / 2 - np.sqrt(((xx - yy) / 2) ** 2 + xy**2)
    return np.sqrt(np.maximum(lesser, 0))


def _correlations(one: GreyLevels, other: GreyLevels) -> NDArray[np.float32]:
    """Of each block with the one in its place."""
    first, second = (_centred(_blocks(each)) for each in (one, other))
    strength = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    return (first * second).sum(1) / (strength + BLOCK * NOISE)


def _centred(blocks: GreyLevels) -> GreyLevels:
    return blocks - blocks.mean(1, keepdims=True)


def _blocks(found: GreyLevels) -> GreyLevels:
    """Its blocks, a row each; what is left over at the end is in none."""
    rows, columns = (side // BLOCK for side in found.shape)
    cut = found[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
    return cut.transpose(0, 2, 1, 3).reshape(-1, BLOCK * BLOCK)
