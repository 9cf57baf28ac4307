"""Retention of detections: each goes with the audit's entries; what was said of it stays."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

from bot.features.scams import store
from bot.features.scams.messages import ScamMessages
from bot.features.scams.ports import ScamsPorts

TOGETHER = 100  # in one transaction


class OldDetections:
    """Detections of long ago, decided or not."""

    def __init__(self, ports: ScamsPorts, messages: ScamMessages, *, keep: timedelta) -> None:
        self._ports = ports
        self._messages = messages
        self._keep = keep

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        """Some at a time."""
        gone = TOGETHER
        while gone == TOGETHER:
            async with self._ports.database.transaction() as tx:
                found = await store.old(tx, now - self._keep, TOGETHER)
                for one in found:
                    await self._messages.drop(tx, one)
                await store.remove(tx, found)
            gone = len(found)
            yield gone
