"""The picture of `/webhook stats`: deliveries and latencies, hour by hour."""

import io
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from bot.features.endpoints.statistics import Hour, Statistics
from bot.texts import _

WIDTH, HEIGHT = 1000, 600
LEFT, RIGHT = 80, 970
UPPER, LOWER = (100, 310), (390, 540)  # top and foot of each plot
MARKS = 6  # on the time axis
FONT, SMALL, TITLE = 18, 16, 26

PAPER, INK, FAINT, GRID = "#ffffff", "#1f2328", "#59636e", "#d8dee4"
DELIVERED, FAILED, MEDIAN, HIGH = "#1a7f37", "#cf222e", "#0969da", "#9a6700"

WIDE_FONT, WIDE_FONT_NAME = "DejaVuSans.ttf", "DejaVu Sans"  # found where the system has it

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Column = Callable[[Hour], int | None]


def draw(statistics: Statistics) -> bytes:
    """A PNG, on light paper of its own so that it reads on any background."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    hours = statistics.hours
    pen.text((LEFT, 18), _title(statistics), INK, font=_font(TITLE))
    _legend(pen, 66, _("Deliveries an hour"), ((DELIVERED, _("delivered")), (FAILED, _("failed"))))
    most = max((hour.delivered + hour.failed for hour in hours), default=0)
    top = _round_up(most)
    _axis(pen, UPPER, top, "")
    _bars(pen, hours, top)
    names = ((MEDIAN, _("median")), (HIGH, _("95th percentile")))
    _legend(pen, 356, _("Latency of the attempts"), names)
    slowest = _round_up(max((hour.high_ms or 0 for hour in hours), default=0))
    _axis(pen, LOWER, slowest, " ms")
    for color, column in ((HIGH, _high), (MEDIAN, _median)):
        _line(pen, hours, slowest, (color, column))
    _times(pen, hours)
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def alt_text(statistics: Statistics) -> str:
    """The picture in words."""
    text = _(
        "{name}, last {hours} hours: {delivered} delivered, {failed} failed; "
        "latency {median} in the median, {high} at the 95th percentile."
    )
    return text.format(
        name=statistics.endpoint.name,
        hours=len(statistics.hours),
        delivered=statistics.delivered,
        failed=statistics.failed,
        median=milliseconds(statistics.median_ms),
        high=milliseconds(statistics.high_ms),
    )


def milliseconds(latency: int | None) -> str:
    """A latency in words; a dash where nothing was tried."""
    return "—" if latency is None else f"{latency} ms"


def _title(statistics: Statistics) -> str:
    # Without the name, which may be in a script that the font does not have.
    hours = len(statistics.hours)
    span = _("The last {hours} hours") if hours <= 48 else _("The last {days} days")
    return _drawable(span.format(hours=hours, days=hours // 24))


def _high(hour: Hour) -> int | None:
    return hour.high_ms


def _median(hour: Hour) -> int | None:
    return hour.median_ms


@lru_cache
def _font(size: int) -> Font:
    try:
        return ImageFont.truetype(WIDE_FONT, size)
    except OSError:
        return ImageFont.load_default(size)  # comes with Pillow, and knows ASCII only


def _drawable(text: str) -> str:
    """The text without what the font at hand would draw as a box."""
    font = _font(FONT)
    if isinstance(font, ImageFont.FreeTypeFont) and font.getname()[0] == WIDE_FONT_NAME:
        return text
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _legend(pen: ImageDraw.ImageDraw, y: int, title: str, names: Sequence[tuple[str, str]]) -> None:
    font = _font(FONT)
    title = _drawable(title)
    pen.text((LEFT, y), title, INK, font=font)
    x = LEFT + pen.textlength(title, font=font) + 30
    for color, name in ((color, _drawable(name)) for color, name in names):
        pen.rounded_rectangle((x, y + 4, x + 14, y + 18), 3, color)
        pen.text((x + 22, y), name, FAINT, font=font)
        x += 22 + pen.textlength(name, font=font) + 24


def _axis(pen: ImageDraw.ImageDraw, plot: tuple[int, int], most: int, unit: str) -> None:
    top, foot = plot
    for part in (0, 0.5, 1):
        y = foot - (foot - top) * part
        pen.line((LEFT, y, RIGHT, y), GRID)
        value = most * part
        label = f"{value:g}" if part != 1 else f"{value:g}{unit}"
        pen.text((LEFT - 10, y), label, FAINT, font=_font(SMALL), anchor="rm")


def _bars(pen: ImageDraw.ImageDraw, hours: Sequence[Hour], most: int) -> None:
    top, foot = UPPER
    step = (RIGHT - LEFT) / len(hours)
    gap = min(step * 0.2, 6)
    for index, hour in enumerate(hours):
        left = round(LEFT + index * step + gap / 2)
        right = max(round(LEFT + (index + 1) * step - gap / 2) - 1, left)
        y = float(foot)
        for count, color in ((hour.delivered, DELIVERED), (hour.failed, FAILED)):
            if count:
                above = min(y - (foot - top) * count / most, y - 1)  # one in many is seen too
                pen.rectangle((left, above, right, y), color)
                y = above


def _line(
    pen: ImageDraw.ImageDraw, hours: Sequence[Hour], most: int, drawn: tuple[str, Column]
) -> None:
    color, column = drawn
    top, foot = LOWER
    step = (RIGHT - LEFT) / len(hours)
    before: tuple[float, float] | None = None
    for index, hour in enumerate(hours):
        value = column(hour)
        if value is None:
            before = None  # an hour without attempts is a gap, not a nought
            continue
        point = (LEFT + (index + 0.5) * step, foot - (foot - top) * value / most)
        if before is not None:
            pen.line((*before, *point), color, width=3)
        radius = 4 if len(hours) <= 48 else 2
        x, y = point
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), color)
        before = point


def _times(pen: ImageDraw.ImageDraw, hours: Sequence[Hour]) -> None:
    step = (RIGHT - LEFT) / len(hours)
    every = 24 if len(hours) > 48 else max(len(hours) // MARKS, 1)
    for index in range(0, len(hours), every):
        x = LEFT + (index + 0.5) * step
        text = _moment(hours[index].begins_at, len(hours))
        for foot in (UPPER[1], LOWER[1]):
            pen.line((x, foot, x, foot + 5), FAINT)
            pen.text((x, foot + 8), text, FAINT, font=_font(SMALL), anchor="ma")
    pen.text((RIGHT, HEIGHT - 10), "UTC", FAINT, font=_font(SMALL), anchor="rs")


def _moment(moment: datetime, hours: int) -> str:
    return f"{moment:%H:%M}" if hours <= 48 else f"{moment:%m-%d %H}h"


def _round_up(most: int) -> int:
    """A round number from there on, whose half is round too."""
    scale = 1
    while most > 10 * scale:
        scale *= 10
    steps = (2, 4, 6, 8, 10) if scale == 1 else (1.2, 1.6, 2, 3, 4, 6, 8, 10)
    return next(round(step * scale) for step in steps if most <= step * scale)
