"""Hours in which the staff are there, as people write them: `Mon-Fri 9:00-17:30 UTC`."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.texts import _

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK = 8  # days that are looked through for the next opening: the same weekday again is the last
DAY_ENDS = time.max
UTC = ZoneInfo("UTC")

_SPAN = re.compile(
    r"(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))?\s+"
    r"(?P<begin>\d{1,2}:\d{2})-(?P<end>\d{1,2}:\d{2})$"
)


@dataclass(frozen=True, slots=True)
class Span:
    """Some weekdays, Monday 0, from one time of day to another."""

    days: frozenset[int]
    begin: time
    end: time


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of a week in one time zone; without spans somebody is always there."""

    spans: tuple[Span, ...] = ()
    zone: ZoneInfo = UTC

    def are_on(self, moment: datetime) -> bool:
        """Whether somebody is there at that moment."""
        local = moment.astimezone(self.zone)
        inside = (
            local.weekday() in one.days and one.begin <= local.time() < one.end
            for one in self.spans
        )
        return not self.spans or any(inside)

    def next_on(self, moment: datetime) -> datetime:
        """When somebody will be there, at that moment or later."""
        if self.are_on(moment):
            return moment
        local = moment.astimezone(self.zone)
        begins = (
            datetime.combine(local.date() + timedelta(days=ahead), one.begin, self.zone)
            for ahead in range(WEEK)
            for one in self.spans
            if (local.weekday() + ahead) % len(DAYS) in one.days
        )
        return min(begin for begin in begins if begin > local).astimezone(moment.tzinfo)


def parse(text: str) -> Hours:
    """Spans apart by commas, a zone's name at the end; ValueError says which part does not read."""
    if not text.strip():
        return Hours()
    *_rest, last = text.split()
    zone = UTC
    if ":" not in last:
        try:
            zone = ZoneInfo(last)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            text = _("“{part}” is no time zone, such as Europe/Berlin")
            raise ValueError(text.format(part=last)) from None
        text = text.rstrip().removesuffix(last)
    return Hours(tuple(_span(part) for part in text.split(",")), zone)


def _span(part: str) -> Span:
    found = _SPAN.match(" ".join(part.lower().split()))
    text = _("“{part}” is not like Mon-Fri 9:00-17:30")
    unread = ValueError(text.format(part=part.strip()))
    if found is None:
        raise unread
    try:
        first = DAYS.index(found["first"])
        last = DAYS.index(found["last"] or found["first"])
        begin, end = _time(found["begin"]), _time(found["end"])
    except ValueError:
        raise unread from None
    if begin >= end:
        text = _("“{part}” ends before it begins")
        raise ValueError(text.format(part=part.strip()))
    count = (last - first) % len(DAYS) + 1
    return Span(frozenset((first + one) % len(DAYS) for one in range(count)), begin, end)


def _time(typed: str) -> time:
    hour, _colon, minute = typed.partition(":")
    return DAY_ENDS if typed == "24:00" else time(int(hour), int(minute))
