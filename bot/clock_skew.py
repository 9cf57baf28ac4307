"""Clock skew: how far this machine's clock is from others', by the Date of what they answer.

Who receives a signature refuses one whose time is 300 seconds away, so a clock that is minutes
off makes every delivery fail at receivers that work.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from statistics import median

from bot.logs import get_logger

DISCORD = "discord"
WRONG, RIGHT = 60.0, 30.0  # seconds: off beyond the one, right again within the other
HALF = 0.5  # seconds: a Date is cut to whole ones
HEARD_EVERY = timedelta(minutes=1)
FRESH = timedelta(minutes=10)
HOSTS = 3  # receivers that have to agree where Discord says nothing: any of them may be wrong
REMEMBERED = 64

OnSkew = Callable[[], None]
"""Told that the clock was found to be off, or right again."""

_log = get_logger("herald.clock")


@dataclass(frozen=True, slots=True)
class Heard:
    """What one source said: our clock minus theirs in seconds, and when."""

    seconds: float
    at: datetime
    date: str


class ClockSkew:
    """Skew as Discord has it, or else the median of at least three receivers.

    One finding may be an answer that was kept somewhere: the next has to confirm it. Until then the
    clock is in doubt, and so is one that was set, until it is judged again.
    """

    def __init__(self) -> None:
        self.seconds: float | None = None  # ours minus theirs; None where nobody said
        self.is_off = False
        self.on_change: list[OnSkew] = []
        self._heard: dict[str, Heard] = {}
        self._confirms = False
        self._was_set = False
        self._doubt_ends: datetime | None = None  # of a set clock of which nobody says anything

    @property
    def is_doubted(self) -> bool:
        """Whether it is off, or may be."""
        return self.is_off or self._confirms or self._was_set

    def is_news(self, source: str, date: str) -> bool:
        """Whether it says another second than when it was heard last."""
        known = self._heard.get(source)
        return known is None or known.date != date

    def heard(self, source: str, date: str | None, now: datetime) -> None:
        """Note the Date of an answer that has just come from there."""
        known = self._heard.get(source)
        if date is None or (known is not None and timedelta() <= now - known.at < HEARD_EVERY):
            return
        try:
            theirs = parsedate_to_datetime(date)
        except (ValueError, OverflowError):
            return
        theirs = theirs if theirs.tzinfo is not None else theirs.replace(tzinfo=UTC)
        self._heard.pop(source, None)  # the latest are last
        self._heard[source] = Heard((now - theirs).total_seconds() - HALF, now, date)
        if len(self._heard) > REMEMBERED:
            del self._heard[next(iter(self._heard))]
        if source == DISCORD or not self._is_fresh(DISCORD, now):
            self._judge(now)

    def clock_set(self, by: float) -> None:
        """Our clock was set by so many seconds: what was heard before says nothing of it now."""
        self._heard.clear()
        self._was_set, self._doubt_ends = True, None

    def _judge(self, now: datetime) -> None:
        self.seconds = self._found(now)
        if self._was_set:
            self._doubt_ends = self._doubt_ends or now + FRESH
            self._was_set = self.seconds is None and now < self._doubt_ends
        if self.seconds is None:
            return
        would_change = abs(self.seconds) > WRONG if not self.is_off else abs(self.seconds) <= RIGHT
        if would_change and self._confirms:
            self._change(self.seconds)
        self._confirms = would_change and not self._confirms

    def _found(self, now: datetime) -> float | None:
        if self._is_fresh(DISCORD, now):
            return self._heard[DISCORD].seconds
        fresh = [one.seconds for name, one in self._heard.items() if self._is_fresh(name, now)]
        return median(fresh) if len(fresh) >= HOSTS else None

    def _is_fresh(self, source: str, now: datetime) -> bool:
        heard = self._heard.get(source)
        return heard is not None and timedelta() <= now - heard.at <= FRESH

    def _change(self, seconds: float) -> None:
        self.is_off = not self.is_off
        if self.is_off:
            mend = "let the machine set its clock by itself (NTP): receivers refuse signatures"
            _log.error("clock.off", seconds=round(seconds, 1), mend=mend)
        else:
            _log.info("clock.right", seconds=round(seconds, 1))
        for callback in self.on_change:
            callback()
