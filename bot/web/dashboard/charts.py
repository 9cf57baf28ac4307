"""Charts of an endpoint's deliveries as SVG: plain numbers for a template, drawn on the server."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.features.endpoints.statistics import Hour, Statistics

WIDTH, HEIGHT = 1000, 160
GAP = 0.2  # of a bar's place


@dataclass(frozen=True, slots=True)
class HourBar:
    """HourBar of one hour: where it stands, and how high each part of it is."""

    x: float
    width: float
    delivered_y: float
    delivered: float
    failed_y: float
    failed: float


@dataclass(frozen=True, slots=True)
class DeliveryCharts:
    """Charts of one time: bars of volume and failures, lines of latency; tops as numbers."""

    bars: Sequence[HourBar]
    median: str
    high: str
    most: int
    slowest: int
    hours: Sequence[Hour]  # those in which something was

    width: int = WIDTH
    height: int = HEIGHT


def charts(statistics: Statistics) -> DeliveryCharts:
    """What is drawn of these hours."""
    hours = statistics.hours
    most = max((hour.delivered + hour.failed for hour in hours), default=0)
    slowest = max((hour.high_ms or 0 for hour in hours), default=0)
    return DeliveryCharts(
        bars=[_bar(place, hour, len(hours), max(most, 1)) for place, hour in enumerate(hours)],
        median=_line([hour.median_ms for hour in hours], max(slowest, 1)),
        high=_line([hour.high_ms for hour in hours], max(slowest, 1)),
        most=most,
        slowest=slowest,
        hours=[hour for hour in hours if hour.delivered or hour.failed or hour.high_ms is not None],
    )


def _bar(place: int, hour: Hour, count: int, most: int) -> HourBar:
    step = WIDTH / count
    delivered, failed = (HEIGHT * one / most for one in (hour.delivered, hour.failed))
    return HourBar(
        round(place * step + step * GAP / 2, 2),
        round(step * (1 - GAP), 2),
        round(HEIGHT - delivered, 2),
        round(delivered, 2),
        round(HEIGHT - delivered - failed, 2),
        round(failed, 2),
    )


def _line(values: Sequence[int | None], most: int) -> str:
    """A path; an hour without attempts is a gap, and one between two gaps a short stroke."""
    step, parts, before = WIDTH / len(values), list[str](), None
    for place, value in enumerate(values):
        if value is not None:
            x, y = round((place + 0.5) * step, 2), round(HEIGHT - HEIGHT * value / most, 2)
            parts.append(f"L{x} {y}" if before is not None else f"M{x - 1} {y}L{x + 1} {y}")
        before = value
    return "".join(parts)
