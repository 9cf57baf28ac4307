"""Throttle of the backlog: its share of the event loop while anything fresh comes in."""

from collections.abc import Callable
from time import perf_counter

WINDOW = 0.010  # seconds
IN_A_WINDOW = 4
LATELY = 0.100  # seconds

ReadSeconds = Callable[[], float]


class BacklogThrottle:
    """Throttle: a long backlog would keep the loop busy, and new events would queue behind.

    Where something fresh came in lately, all backlogs together begin four requests in each window;
    else as many as they can. `now` is the machine's clock: this is about work, whatever clock
    schedules go by. (docs/decisions/0015)
    """

    def __init__(self, now: ReadSeconds = perf_counter) -> None:
        self._now = now
        self._lately_until = 0.0
        self._began = 0.0
        self._taken = 0

    def fresh(self) -> None:
        """Something new is sent."""
        self._lately_until = self._now() + LATELY

    def take(self) -> None:
        """A backlog's request begins."""
        self._taken += 1

    def has_room(self) -> bool:
        """Whether a backlog's request may begin."""
        now = self._now()
        if now >= self._lately_until:
            return True
        if now - self._began >= WINDOW:
            self._began, self._taken = now, 0
        return self._taken < IN_A_WINDOW

    def rest(self) -> float:
        """Seconds until the next window."""
        return max(self._began + WINDOW - self._now(), 0.0)
