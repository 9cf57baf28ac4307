"""Durations and moments: as people type them and as they read them."""

import re
from datetime import UTC, datetime, timedelta

from bot.clock import from_ms, from_snowflake
from bot.errors import UserError
from bot.texts import _, ngettext

SECONDS = {
    "s": 1,
    "m": 60,
    "h": 3600,
    "d": 86_400,
    "w": 604_800,
    "mo": 2_592_000,  # 30 days
    "y": 31_536_000,  # 365 days
}
_STAMP = re.compile(r"<t:(\d{1,11})(?::[a-zA-Z])?>")
_MESSAGE = re.compile(r"(?:https://\S+/)?([0-9]{17,20})")
_EITHER = re.compile(r"\d\s*M(?![^\W\d_])")  # minutes to one, months to another
_PART = re.compile(r"(\d{1,9})\s*([a-z]+)")
_UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), "m"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("d", "day", "days"), "d"),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks"), "w"),
    **dict.fromkeys(("mo", "mos", "mon", "month", "months"), "mo"),
    **dict.fromkeys(("y", "yr", "yrs", "year", "years"), "y"),
}


def parse_duration(text: str) -> timedelta:
    """`10m`, `2h30m`, `1d 12h`, `3 weeks`, `1 month`; a UserError names the forms.

    A month has 30 days and a year 365.
    """
    _refuse_either(text)
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


def parse_moment(text: str, now: datetime) -> datetime:
    """A past moment: so long ago, a date and time, a timestamp of Discord's, or a message's.

    `2h`, `1d12h`, `2026-05-24 11:30` (UTC where it names no zone), `<t:1779622200:R>`, the link or
    the id of a message. A UserError names the forms.
    """
    _refuse_either(text)
    typed = text.strip().lower()
    if message := _MESSAGE.fullmatch(typed):
        return from_snowflake(int(message[1]))  # by Discord's clock, which may be ahead of ours
    try:
        moment = _moment(typed, now)
    except (ValueError, OverflowError):
        raise UserError(
            _(
                "Write how long ago, such as 2h or 1d12h, or a time such as 2026-05-24 11:30 "
                "(UTC), or give the link of a message."
            )
        ) from None
    if moment > now:
        raise UserError(_("That time is still to come: name a past one."))
    return moment


def parse_coming(text: str, now: datetime) -> datetime:
    """A moment to come, in the same forms: `2h` is in two hours. A UserError names the forms."""
    _refuse_either(text)
    typed = text.strip().lower()
    try:
        moment = _moment(typed, now, comes=True)
    except (ValueError, OverflowError):
        raise UserError(
            _("Write in how long, such as 2h or 1d12h, or a time such as 2026-05-24 11:30 (UTC).")
        ) from None
    if moment <= now:
        raise UserError(_("That time is over: name one to come."))
    return moment


def _refuse_either(text: str) -> None:
    """A UserError for a lone M: a mute of a minute was meant to last a month, or the reverse."""
    if _EITHER.search(text):
        raise UserError(_("M can be minutes or months: write 10m for minutes, 1mo for a month."))


def _moment(typed: str, now: datetime, *, comes: bool = False) -> datetime:
    if stamp := _STAMP.fullmatch(typed):
        return from_ms(int(stamp[1]) * 1000)
    try:
        duration = parse_duration(typed)
        return now + duration if comes else now - duration
    except UserError:
        moment = datetime.fromisoformat(typed.upper())  # it knows Z, and no z
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def in_words(duration: timedelta) -> str:
    """The two largest units: "2 hours 30 minutes"."""
    minutes, seconds = divmod(round(duration.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    units = (
        (days, ngettext("{count} day", "{count} days", days)),
        (hours, ngettext("{count} hour", "{count} hours", hours)),
        (minutes, ngettext("{count} minute", "{count} minutes", minutes)),
        (seconds, ngettext("{count} second", "{count} seconds", seconds)),
    )
    words = [text.format(count=count) for count, text in units if count]
    return " ".join(words[:2]) or units[-1][1].format(count=0)
