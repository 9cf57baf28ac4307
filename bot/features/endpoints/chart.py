"""Chart of `/webhook stats`: deliveries and latencies, hour by hour."""

import io
from collections.abc import Sequence
from datetime import datetime

from PIL import Image, ImageDraw

from bot.features.endpoints.statistics import Hour, Statistics
from bot.pictures.plot import FAINT, INK, LEFT, PAPER, RIGHT, SMALL, axis, legend, round_up, stack
from bot.pictures.text import Style, clipped, width, write
from bot.texts import _

WIDTH, HEIGHT = 1000, 600
UPPER, LOWER = (100, 310), (390, 540)  # top and foot of each plot
MARKS = 6  # on the time axis

DELIVERED, FAILED, MEDIAN, HIGH = "#1a7f37", "#cf222e", "#0969da", "#9a6700"

NAME, SPAN = Style(26, INK, bold=True), Style(20, FAINT)


def draw(statistics: Statistics) -> bytes:
    """A PNG, on light paper of its own so that it reads on any background."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    hours = statistics.hours
    _title(image, statistics)
    names = ((DELIVERED, _("delivered")), (FAILED, _("failed")))
    legend(image, 66, _("Deliveries an hour"), names)
    most = max((hour.delivered + hour.failed for hour in hours), default=0)
    top = round_up(most)
    axis(image, UPPER, top, "")
    bars = [((hour.delivered, DELIVERED), (hour.failed, FAILED)) for hour in hours]
    stack(pen, UPPER, bars, top)
    names = ((MEDIAN, _("median")), (HIGH, _("95th percentile")))
    legend(image, 356, _("Latency of the attempts"), names)
    slowest = round_up(max((hour.high_ms or 0 for hour in hours), default=0))
    axis(image, LOWER, slowest, " ms")
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
