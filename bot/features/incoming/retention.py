"""Retention of calls: what was answered is remembered for a day, then it goes."""

from collections.abc import AsyncGenerator
from datetime import datetime

from bot.features.incoming import call_store
from bot.features.incoming.messages import KIND
from bot.features.incoming.ports import IncomingPorts

TOGETHER = 125  # in one transaction


class OldCalls:
    """Calls that are done: a day old, or an hour without a key; what was said stays on Discord."""

    def __init__(self, ports: IncomingPorts) -> None:
        self._ports = ports

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        """Some at a time, until none is left."""
        gone = TOGETHER
        while gone == TOGETHER:
            async with self._ports.database.transaction() as tx:
                ids = await call_store.remove_old(tx, now, TOGETHER)
                for call_id in ids:
                    await self._ports.posts.drop(tx, KIND, call_id)
            gone = len(ids)
            yield gone
