"""Own calls of the bot: what the audit log ascribes to it, and it really did.

Whoever has stolen the token acts as the bot as well; of that nothing stands here. The reason of an
entry proves nothing, for they can write it too: what tells is on whom or what the bot acted.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from bot.acts import ActRefused
from bot.clock import Clock

KEPT = timedelta(minutes=2)  # in which the log tells of a call
MOST_CALLS = 20_000
NEW = 0  # stands for what is being made, and has no id before Discord answers

CallKey = tuple[int, str, int]
TellOwn = Callable[[int, str, Collection[int]], Awaitable[None]]
"""Tells the other processes what this one is about to do, and to what in which guild."""


class OwnCalls:
    """Calls by guild, kind and what they hit, each of which explains one entry of the log."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._noted: OrderedDict[CallKey, list[datetime]] = OrderedDict()
        self._told_early: OrderedDict[CallKey, None] = OrderedDict()
        self.may_miss: Callable[[], bool] = lambda: False
        """Whether another process may have acted and could not say so: nothing tells then."""

    @contextmanager
    def doing(self, guild_id: int, action: str, *target_ids: int) -> Generator[None]:
        """While it is asked for: what Discord refuses was not done, and explains nothing.

        Without an answer it may have been done.
        """
        self.note(guild_id, action, target_ids)
        try:
            yield
        except ActRefused:
            self.withdraw(guild_id, action, target_ids)
            raise

    def withdraw(self, guild_id: int, action: str, target_ids: Collection[int]) -> None:
        """Of these it turned out that nothing was done."""
        for one in target_ids:
            self._take((guild_id, action, one))

    def made(self, guild_id: int, action: str, target_id: int) -> None:
        """What was being made has this id; the log may have told of it before the answer came."""
        key = (guild_id, action, target_id)
        if key in self._told_early:
            del self._told_early[key]
        elif self._take((guild_id, action, NEW)):
            self.note(guild_id, action, (target_id,))

    def explains(self, guild_id: int, action: str, target_id: int) -> bool:
        """Whether it was done to that a short while ago; it explains nothing else then."""
        key = (guild_id, action, target_id)
        if self._take(key):
            return True
        if not self._take((guild_id, action, NEW)):
            return self.may_miss()
        self._told_early[key] = None
        self._bound(self._told_early)
        return True

    def note(self, guild_id: int, action: str, target_ids: Collection[int]) -> None:
        """What is asked for now, also by another process that acts as the same bot."""
        for one in target_ids:
            key = (guild_id, action, one)
            self._noted.setdefault(key, []).append(self._clock.now())
            self._noted.move_to_end(key)
        self._bound(self._noted)

    def _take(self, key: CallKey) -> bool:
        """Whether it is noted, which then is used up."""
        since = self._clock.now() - KEPT
        left = [moment for moment in self._noted.pop(key, ()) if moment >= since]
        if len(left) > 1:
            self._noted[key] = left[1:]
        return bool(left)

    def _bound(self, kept: OrderedDict[CallKey, Any]) -> None:
        while len(kept) > MOST_CALLS:
            kept.popitem(last=False)
