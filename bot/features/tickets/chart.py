"""Chart of `/ticket stats`: tickets opened and closed, and the figures of types and people."""

import io
from collections.abc import Iterator, Sequence
from datetime import timedelta

from PIL import Image, ImageDraw

from bot.durations import in_words
from bot.features.tickets.statistics import (
    Period,
    StatisticsSpan,
    TicketFigures,
    TicketStatistics,
)
from bot.pictures.plot import (
    HEADING,
    INK,
    LEFT,
    PAPER,
    RIGHT,
    SMALL,
    axis,
    legend,
    round_up,
    stack,
)
from bot.pictures.text import Style, clipped, write
from bot.texts import N_, _

WIDTH, HEAD, ROW = 1000, 400, 30
PLOT = (100, 310)
ROWS = 8  # of types, and of people
CELL_ROOM = 155
EDGES = (380, 460, 540, 720, 880, 970)  # right edges of the columns
OPENED, CLOSED = "#0969da", "#1a7f37"
NAME, CELL = Style(26, INK, bold=True), Style(17, INK)
SPANS = {
    StatisticsSpan.WEEK: N_("The last 7 days"),
    StatisticsSpan.MONTH: N_("The last 30 days"),
    StatisticsSpan.ALL: N_("All times"),
}
NOTHING = "—"


def draw(statistics: TicketStatistics) -> bytes:
    """A PNG, on light paper of its own so that it reads on any background."""
    lines = list(_lines(statistics))
    image = Image.new("RGB", (WIDTH, HEAD + ROW * len(lines) + 20), PAPER)
    pen = ImageDraw.Draw(image)
    write(image, (LEFT, 48), _("Tickets"), NAME, "ls")
    write(image, (RIGHT, 48), told_span(statistics), SMALL, "rs")
    is_daily = statistics.span is not StatisticsSpan.ALL
    title = _("Tickets a day") if is_daily else _("Tickets a month")
    legend(image, 66, title, ((OPENED, _("opened")), (CLOSED, _("closed"))))
    top = round_up(max((max(one.opened, one.closed) for one in statistics.periods), default=0))
    axis(image, PLOT, top, "")
    _bars(image, pen, statistics.periods, top)
    for number, (name, cells, style) in enumerate(lines):
        _line(image, HEAD + number * ROW, name, cells, style)
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def alt_text(statistics: TicketStatistics) -> str:
    """The picture in words."""
    told = statistics.total
    text = _(
        "{span}: {opened} opened, {closed} closed, {open} open now; first response {first}, "
        "resolution {resolution}, rating {rating}."
    )
    return text.format(
        span=told_span(statistics),
        opened=told.opened,
        closed=told.closed,
        open=told.open,
        first=_time(told.first_response),
        resolution=_time(told.resolution),
        rating=_rating(told),
    )


def told_span(statistics: TicketStatistics) -> str:
    """What was counted."""
    span = _(SPANS[statistics.span])
    if statistics.newest is None:
        return span
    return _("{span}, newest {count} tickets").format(span=span, count=statistics.newest)


def _bars(
    image: Image.Image, pen: ImageDraw.ImageDraw, periods: Sequence[Period], top: int
) -> None:
    """Opened and closed side by side, so that neither hides the other."""
    bars = [bar for one in periods for bar in (((one.opened, OPENED),), ((one.closed, CLOSED),))]
    stack(pen, PLOT, bars, top)
    step = (RIGHT - LEFT) / len(periods)
    every = 1 if len(periods) <= 12 else 5
    for index in range(0, len(periods), every):
        begins = periods[index].begins
        text = f"{begins:%Y-%m}" if len(periods) == 12 else f"{begins:%m-%d}"
        write(image, (LEFT + (index + 0.5) * step, PLOT[1] + 8), text, SMALL, "ma")


def _lines(statistics: TicketStatistics) -> Iterator[tuple[str, Sequence[str], Style]]:
    counts = (_("open"), _("opened"), _("closed"))
    titles = (*counts, _("first response"), _("resolution"), _("rating"))
    yield "", titles, SMALL
    yield _("All"), _cells(statistics.total), CELL
    for title, some in ((_("By type"), statistics.types), (_("By person"), statistics.people)):
        if some:
            yield title, (), HEADING
        for one in some[:ROWS]:
            yield one.name, _cells(one.figures), CELL
        if len(some) > ROWS:
            yield _("and {count} more").format(count=len(some) - ROWS), (), SMALL


def _cells(told: TicketFigures) -> Sequence[str]:
    times = (_time(told.first_response), _time(told.resolution))
    return (str(told.open), str(told.opened), str(told.closed), *times, _rating(told))


def _line(image: Image.Image, y: int, name: str, cells: Sequence[str], style: Style) -> None:
    room = (EDGES[0] if cells else RIGHT) - LEFT - 60
    write(image, (LEFT, y), clipped(name, style, room), style, "la")
    for right, cell in zip(EDGES, cells, strict=False):
        write(image, (right, y), clipped(cell, style, CELL_ROOM), style, "ra")


def _time(time: timedelta | None) -> str:
    return NOTHING if time is None else in_words(time)


def _rating(told: TicketFigures) -> str:
    return NOTHING if told.rating is None else f"{told.rating:.1f} ({told.ratings})"
