"""Own calls of this process: what the audit log ascribes to the bot, and the bot really did.

Whoever has stolen the token acts as the bot as well; of that nothing stands here.
"""

from collections import Counter, OrderedDict
from datetime import datetime, timedelta

from bot.clock import Clock

KEPT = timedelta(minutes=2)  # in which the log tells of a call
GUILDS = 1_000

CallKey = tuple[int, str]


class OwnCalls:
    """Calls by guild and kind, each of which explains one entry of the log."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._left: Counter[CallKey] = Counter()
        self._noted: OrderedDict[CallKey, datetime] = OrderedDict()

    def note(self, guild_id: int, action: str, count: int = 1) -> None:
        """So many are about to be done."""
        key = (guild_id, action)
        self._forget(key)
        self._left[key] += count
        self._noted[key] = self._clock.now()
        self._noted.move_to_end(key)
        while len(self._noted) > GUILDS:
            oldest, _ = self._noted.popitem(last=False)
            del self._left[oldest]

    def explains(self, guild_id: int, action: str) -> bool:
        """Whether one of them was done a short while ago; it explains nothing else then."""
        key = (guild_id, action)
        self._forget(key)
        if not self._left[key]:
            return False
        self._left[key] -= 1
        return True

    def _forget(self, key: CallKey) -> None:
        noted = self._noted.get(key)
        if noted is None or self._clock.now() - noted > KEPT:
            self._left.pop(key, None)
