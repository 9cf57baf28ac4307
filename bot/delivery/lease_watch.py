"""Lease watch: whether what waits in memory may be another process's by now.

By real time, which runs while a process is stopped: its own clock may be a test's.
"""

from collections.abc import Callable
from time import monotonic


class LeaseWatch:
    """Watch over leases of so many seconds; with None nobody else could have them."""

    def __init__(self, seconds: float | None, wake: Callable[[], None]) -> None:
        self._seconds = seconds
        self._wake = wake
        self._renewed = monotonic()

    @property
    def is_over(self) -> bool:
        """Whether they were not renewed in time; asked by whoever renews them."""
        return self._seconds is not None and monotonic() - self._renewed > self._seconds

    def has_lapsed(self) -> bool:
        """The same, asked by anybody else: whoever renews them is woken then."""
        if self.is_over:
            self._wake()
        return self.is_over

    def now(self) -> float:
        """The moment, as `renewed` wants it."""
        return monotonic()

    def renewed(self, since: float) -> None:
        """They are our own, as they were then."""
        self._renewed = since
