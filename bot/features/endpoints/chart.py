"""Chart of `/webhook stats`: deliveries and latencies, hour by hour."""

import io
from collections.abc import Sequence
from datetime import datetime

from PIL import Image, ImageDraw

from bot.features.endpoints.statistics import Hour, Statistics
from bot.pictures.text import Style, clipped, width, write
from bot.texts import _

WIDTH, HEIGHT = 1000, 600
LEFT, RIGHT = 80, 970
UPPER, LOWER = (100, 310), (390, 540)  # top and foot of each plot
MARKS = 6  # on the time axis

PAPER, INK, FAINT, GRID = "#ffffff", "#1f2328", "#59636e", "#d8dee4"
DELIVERED, FAILED, MEDIAN, HIGH = "#1a7f37", "#cf222e", "#0969da", "#9a6700"

NAME, SPAN = Style(26, INK, bold=True), Style(20, FAINT)
HEADING, KEY, SMALL = Style(18, INK), Style(18, FAINT), Style(16, FAINT)


def draw(statistics: Statistics) -> bytes:
    """A PNG, on light paper of its own so that it reads on any background."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    hours = statistics.hours
    _title(image, statistics)
    names = ((DELIVERED, _("delivered")), (FAILED, _("failed")))
    _legend(image, 66, _("Deliveries an hour"), names)
    most = max((hour.delivered + hour.failed for hour in hours), default=0)
    top = _round_up(most)
    _axis(image, UPPER, top, "")
    _bars(pen, hours, top)
    names = ((MEDIAN, _("median")), (HIGH, _("95th percentile")))
    _legend(image, 356, _("Latency of the attempts"), names)
    slowest = _round_up(max((hour.high_ms or 0 for hour in hours), default=0))
    _axis(image, LOWER, slowest, " ms")
    _line(pen, [hour.high_ms for hour in hours], slowest, HIGH)
    _line(pen, [hour.median_ms for hour in hours], slowest, MEDIAN)
    _times(image, hours)
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def alt_text(statistics: Statistics) -> str:
    """The picture in words."""
    text = _(
        "{name}, last {hours} hours: {delivered} delivered, {failed} failed; "
        "latency {median} in the median, {high} at the 95th percentile."
    )
    told = text.format(
        name=statistics.endpoint.name,
        hours=len(statistics.hours),
        delivered=statistics.delivered,
        failed=statistics.failed,
        median=milliseconds(statistics.median_ms),
        high=milliseconds(statistics.high_ms),
    )
    return " ".join(filter(None, (told, what_is_counted(statistics))))


def what_is_counted(statistics: Statistics) -> str:
    """A sentence where not everything is."""
    if statistics.newest is None:
        return ""
    text = _("Only its newest {count} deliveries are counted.")
    return text.format(count=statistics.newest)


def milliseconds(latency: int | None) -> str:
    """A latency in words; a dash where nothing was tried."""
    return "—" if latency is None else f"{latency} ms"


def _title(image: Image.Image, statistics: Statistics) -> None:
    hours = len(statistics.hours)
    span = _("The last {hours} hours") if hours <= 48 else _("The last {days} days")
    span = span.format(hours=hours, days=hours // 24)
    if statistics.newest is not None:
        newest = _("{span}, newest {count} deliveries")
        span = newest.format(span=span, count=statistics.newest)
    write(image, (RIGHT, 48), span, SPAN, "rs")
    free = RIGHT - LEFT - width(span, SPAN) - 30
    write(image, (LEFT, 48), clipped(statistics.endpoint.name, NAME, free), NAME, "ls")


def _legend(image: Image.Image, y: int, title: str, names: Sequence[tuple[str, str]]) -> None:
    pen = ImageDraw.Draw(image)
    middle = y + 11
    write(image, (LEFT, middle), title, HEADING, "lm")
    x = LEFT + width(title, HEADING) + 30
    for color, name in names:
        pen.rounded_rectangle((x, middle - 7, x + 14, middle + 7), 3, color)
        write(image, (x + 22, middle), name, KEY, "lm")
        x += 22 + width(name, KEY) + 24


def _axis(image: Image.Image, plot: tuple[int, int], most: int, unit: str) -> None:
    pen = ImageDraw.Draw(image)
    top, foot = plot
    for part in (0, 0.5, 1):
        y = foot - (foot - top) * part
        pen.line((LEFT, y, RIGHT, y), GRID)
        value = most * part
        label = f"{value:g}" if part != 1 else f"{value:g}{unit}"
        write(image, (LEFT - 10, y), label, SMALL, "rm")


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


def _line(pen: ImageDraw.ImageDraw, values: Sequence[int | None], most: int, color: str) -> None:
    top, foot = LOWER
    step = (RIGHT - LEFT) / len(values)
    before: tuple[float, float] | None = None
    for index, value in enumerate(values):
        if value is None:
            before = None  # an hour without attempts is a gap, not a nought
            continue
        point = (LEFT + (index + 0.5) * step, foot - (foot - top) * value / most)
        if before is not None:
            pen.line((*before, *point), color, width=3)
        radius = 4 if len(values) <= 48 else 2
        x, y = point
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), color)
        before = point


def _times(image: Image.Image, hours: Sequence[Hour]) -> None:
    pen = ImageDraw.Draw(image)
    step = (RIGHT - LEFT) / len(hours)
    every = 24 if len(hours) > 48 else max(len(hours) // MARKS, 1)
    for index in range(0, len(hours), every):
        x = LEFT + (index + 0.5) * step
        text = _moment(hours[index].begins_at, len(hours))
        for foot in (UPPER[1], LOWER[1]):
            pen.line((x, foot, x, foot + 5), FAINT)
            write(image, (x, foot + 8), text, SMALL, "ma")
    write(image, (RIGHT, HEIGHT - 10), "UTC", SMALL, "rs")


def _moment(moment: datetime, hours: int) -> str:
    return f"{moment:%H:%M}" if hours <= 48 else f"{moment:%m-%d %H}h"


def _round_up(most: int) -> int:
    """A round number from there on, whose half is round too."""
    scale = 1
    while most > 10 * scale:
        scale *= 10
    steps = (2, 4, 6, 8, 10) if scale == 1 else (1.2, 1.6, 2, 3, 4, 6, 8, 10)
    return next(round(step * scale) for step in steps if most <= step * scale)
