"""Clock that the simulated Discord shares with the bot: what is now for one is so for both."""

from datetime import datetime, timedelta
from typing import Protocol

from bot.clock import Clock


class SimulatedTime(Protocol):
    """Clock as the simulated Discord has it: seconds since its own beginning."""

    elapsed: float

    def now(self) -> datetime: ...


class SharedClock:
    """Goes with the demo's clock, and never back; to be advanced there is nothing left."""

    def __init__(self, clock: Clock, before: SimulatedTime) -> None:
        self._clock = clock
        self._begins = before.now() - timedelta(seconds=before.elapsed)
        self._latest = before.now()

    def now(self) -> datetime:
        """The later of the demo's time and what was told before."""
        self._latest = max(self._latest, self._clock.now())
        return self._latest

    @property
    def elapsed(self) -> float:
        """Seconds since the simulated Discord began."""
        return (self.now() - self._begins).total_seconds()

    def advance(self, seconds: float) -> None:
        """Nothing: it goes by itself."""
