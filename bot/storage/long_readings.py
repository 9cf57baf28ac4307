"""Long readings: one owner's heavy questions come one at a time, and leave readers to others."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from bot.keyed_lock import KeyedLock


class LongReadings:
    """Turns at long readings: one for each owner, and `at_once` of all together."""

    def __init__(self, at_once: int) -> None:
        self._owners = KeyedLock()
        self._places = asyncio.Semaphore(at_once)

    @asynccontextmanager
    async def turn(self, owner: int) -> AsyncGenerator[None]:
        """Wait for it, in the order of asking, and keep it."""
        async with self._owners.hold((owner, 0)), self._places:
            yield
