"""Keyed lock: one thing at a time is done about one person, by moderators and by sweeps."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

Key = tuple[int, int]


class KeyedLock:
    """Locks by guild and user, kept while somebody holds or waits for one.

    Rows say what is to be done; this only keeps a lift that is under way and a new ban from
    meeting on Discord, where the later of two calls would win.
    """

    def __init__(self) -> None:
        self._locks: dict[Key, asyncio.Lock] = {}
        self._users: Counter[Key] = Counter()

    def taken(self, key: Key) -> bool:
        return key in self._locks

    @asynccontextmanager
    async def hold(self, key: Key) -> AsyncGenerator[None]:
        """Wait for the turn and keep it."""
        lock = self._locks.setdefault(key, asyncio.Lock())
        self._users[key] += 1
        try:
            async with lock:
                yield
        finally:
            self._users[key] -= 1
            if not self._users[key]:
                del self._locks[key], self._users[key]
