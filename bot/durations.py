"""How long: as people type it and as they read it."""

import re
from datetime import timedelta

from bot.errors import UserError
from bot.texts import _, ngettext

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_PART = re.compile(r"(\d{1,9})\s*([a-z]+)")
_UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), "m"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("d", "day", "days"), "d"),
    **dict.fromkeys(("w", "week", "weeks"), "w"),
}


def parse_duration(text: str) -> timedelta:
    """`10m`, `2h30m`, `1d 12h`, `3 weeks`; a UserError names the forms."""
    typed = text.strip().lower()
    seconds, at = 0, 0
    while (part := _PART.match(typed, at)) is not None and part[2] in _UNITS:
        seconds += int(part[1]) * SECONDS[_UNITS[part[2]]]
        at = part.end() + len(typed[part.end() :]) - len(typed[part.end() :].lstrip(" ,"))
    if at != len(typed) or not typed:
        raise UserError(_("Write a duration such as 10m, 2h30m, 7d or 2w."))
    try:
        return timedelta(seconds=seconds)
    except OverflowError:
        raise UserError(_("That is too long: write a duration such as 7d or 2w.")) from None


def in_words(duration: timedelta) -> str:
    """The two largest units: "2 hours 30 minutes"."""
    left = round(duration.total_seconds())
    words: list[str] = []
    for size, named in ((86_400, _days), (3600, _hours), (60, _minutes), (1, _seconds)):
        count, left = divmod(left, size)
        if count:
            words.append(named(count))
    return " ".join(words[:2]) or _seconds(0)


def _days(count: int) -> str:
    return ngettext("{count} day", "{count} days", count).format(count=count)


def _hours(count: int) -> str:
    return ngettext("{count} hour", "{count} hours", count).format(count=count)


def _minutes(count: int) -> str:
    return ngettext("{count} minute", "{count} minutes", count).format(count=count)


def _seconds(count: int) -> str:
    return ngettext("{count} second", "{count} seconds", count).format(count=count)
