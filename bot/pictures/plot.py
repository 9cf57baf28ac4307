"""Plot: the parts that charts share: a legend, an axis with its grid, and stacked bars."""

from collections.abc import Sequence

from PIL import Image, ImageDraw

from bot.pictures.text import Style, width, write

LEFT, RIGHT = 80, 970
"""Edges of every plot, in pixels of a picture that is 1,000 wide."""

PAPER, INK, FAINT, GRID = "#ffffff", "#1f2328", "#59636e", "#d8dee4"
HEADING, KEY, SMALL = Style(18, INK), Style(18, FAINT), Style(16, FAINT)

Bar = Sequence[tuple[int, str]]
"""Counts that stand on one another, each in its colour."""


def legend(image: Image.Image, y: int, title: str, names: Sequence[tuple[str, str]]) -> None:
    """A title at that height, and what the colours after it mean."""
    pen = ImageDraw.Draw(image)
    middle = y + 11
    write(image, (LEFT, middle), title, HEADING, "lm")
    x = LEFT + width(title, HEADING) + 30
    for color, name in names:
        pen.rounded_rectangle((x, middle - 7, x + 14, middle + 7), 3, color)
        write(image, (x + 22, middle), name, KEY, "lm")
        x += 22 + width(name, KEY) + 24


def axis(image: Image.Image, plot: tuple[int, int], most: int, unit: str) -> None:
    """Grid between the top and the foot of a plot, nought to `most`."""
    pen = ImageDraw.Draw(image)
    top, foot = plot
    for part in (0, 0.5, 1):
        y = foot - (foot - top) * part
        pen.line((LEFT, y, RIGHT, y), GRID)
        value = most * part
        label = f"{value:g}" if part != 1 else f"{value:g}{unit}"
        write(image, (LEFT - 10, y), label, SMALL, "rm")


def stack(pen: ImageDraw.ImageDraw, plot: tuple[int, int], bars: Sequence[Bar], most: int) -> None:
    """Bars side by side over the whole width."""
    top, foot = plot
    step = (RIGHT - LEFT) / len(bars)
    gap = min(step * 0.2, 6)
    for index, bar in enumerate(bars):
        left = round(LEFT + index * step + gap / 2)
        right = max(round(LEFT + (index + 1) * step - gap / 2) - 1, left)
        y = float(foot)
        for count, color in bar:
            if count:
                above = min(y - (foot - top) * count / most, y - 1)  # one in many is seen too
                pen.rectangle((left, above, right, y), color)
                y = above


def round_up(most: int) -> int:
    """A round number from there on, whose half is round too."""
    scale = 1
    while most > 10 * scale:
        scale *= 10
    steps = (2, 4, 6, 8, 10) if scale == 1 else (1.2, 1.6, 2, 3, 4, 6, 8, 10)
    return next(round(step * scale) for step in steps if most <= step * scale)
