"""Shapes with smooth edges, as masks: round rectangles, circles, rings."""

from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw

FINER = 4  # times as fine are edges drawn before they are made smooth

Size = tuple[int, int]


def scaled(image: Image.Image, size: Size, resample: Image.Resampling) -> Image.Image:
    """The image in another size, whatever that does to its proportions."""
    return image.resize(size, resample)


def faded(mask: Image.Image, light: int) -> Image.Image:
    """The mask so much weaker: 255 leaves it as it is."""
    return ImageChops.multiply(mask, Image.new("L", mask.size, light))


@lru_cache(64)
def rounded(width: int, height: int, radius: float) -> Image.Image:
    """A rectangle with round corners; of a square and half its side, a circle."""
    mask = Image.new("L", (width * FINER, height * FINER))
    box = (0, 0, width * FINER - 1, height * FINER - 1)
    ImageDraw.Draw(mask).rounded_rectangle(box, radius * FINER, 255)
    return scaled(mask, (width, height), Image.Resampling.BOX)


@lru_cache(64)
def ring(size: int, breadth: int, hundredths: int) -> Image.Image:
    """A ring that is drawn so far, clockwise from the top."""
    mask = Image.new("L", (size * FINER, size * FINER))
    box = (0, 0, size * FINER - 1, size * FINER - 1)
    end = -90 + 3.6 * hundredths
    ImageDraw.Draw(mask).arc(box, -90, end, 255, breadth * FINER)
    return scaled(mask, (size, size), Image.Resampling.BOX)
