"""Text on a picture: written, measured and cut to a width, whatever script it is in."""

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont, ImageOps, features

from bot.pictures.coverage import BOLD, EMOJI, FIRST, FONTS
from bot.pictures.line import TextRun, clusters, runs

# Raqm joins, reorders and places letters. Pillow's wheels bring it; where a Pillow built by
# somebody else lacks it, each character is drawn alone: Arabic unjoined, Indic signs beside their
# letters, an emoji of several parts as its parts. The order of right and left stays right.
SHAPED = features.check("raqm")
ELLIPSIS = "…"
STRIKE = 51  # the one size, in pixels, of the bitmaps in the emoji font


@dataclass(frozen=True, slots=True)
class Style:
    """Style of a text; the size in pixels, bold where the script has it (Latin, Greek, …)."""

    size: int
    color: str
    bold: bool = False


def write(
    image: Image.Image, at: tuple[float, float], text: str, style: Style, anchor: str = "la"
) -> None:
    """Draw a line of text; the anchor as in Pillow: l, m, r and a, m, s, d."""
    x, y = at
    if anchor[0] != "l":
        x -= width(text, style) * (1 if anchor[0] == "r" else 0.5)
    # Of one font, whatever the text is in: lines in several scripts keep one baseline.
    ascent, descent = _font(BOLD if style.bold else FIRST, style.size).getmetrics()
    y += {"a": ascent, "m": (ascent - descent) / 2, "s": 0, "d": -descent}[anchor[1]]
    pen = ImageDraw.Draw(image)
    for run in runs(text):
        if run.font == EMOJI:
            picture, above = _emoji(run.text, style.size)
            image.paste(picture, (round(x), round(y) - above), picture)
        else:
            shown, direction = _directed(run)
            font = _font_of(run, style)
            pen.text((x, y), shown, style.color, font, "ls", direction=direction)
        x += _advance(run, style)


def width(text: str, style: Style) -> float:
    """How wide a line of text is, in pixels."""
    return sum(_advance(run, style) for run in runs(text))


def clipped(text: str, style: Style, limit: float) -> str:
    """As much of the text as fits into the width, with an ellipsis where something is missing."""
    if width(text, style) <= limit:
        return text
    parts = [part.text for part in clusters(text)]

    def first(number: int) -> str:
        return "".join(parts[:number]).rstrip() + ELLIPSIS

    lengths = range(1, len(parts))
    return first(bisect_right(lengths, limit, key=lambda number: width(first(number), style)))


def _advance(run: TextRun, style: Style) -> float:
    if run.font == EMOJI:
        return _emoji(run.text, style.size)[0].width
    shown, direction = _directed(run)
    return _font_of(run, style).getlength(shown, direction=direction)


def _directed(run: TextRun) -> tuple[str, str | None]:
    if SHAPED:
        return run.text, "rtl" if run.leftward else "ltr"
    return run.text[::-1] if run.leftward else run.text, None


def _font_of(run: TextRun, style: Style) -> ImageFont.FreeTypeFont:
    return _font(BOLD if style.bold and run.font == FIRST else run.font, style.size)


@lru_cache(256)
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    layout = ImageFont.Layout.RAQM if SHAPED else ImageFont.Layout.BASIC
    return ImageFont.truetype(FONTS / name, size, layout_engine=layout)


@lru_cache(512)
def _emoji(sequence: str, size: int) -> tuple[Image.Image, int]:
    """The emoji in that size, and how far above the baseline it begins."""
    font = _font(EMOJI, STRIKE)
    _, top, right, bottom = map(round, font.getbbox(sequence, anchor="ls"))
    picture = Image.new("RGBA", (max(right, 1), max(bottom - top, 1)))
    pen = ImageDraw.Draw(picture)
    pen.text((0, -top), sequence, font=font, anchor="ls", embedded_color=True)
    scale = size / STRIKE
    # Premultiplied, so that what is transparent gives no colour to its neighbours.
    picture = ImageOps.scale(picture.convert("RGBa"), scale, Image.Resampling.LANCZOS)
    return picture.convert("RGBA"), round(-top * scale)
