"""Retention of duels: each goes when its time is over; ratings, and what was said of it, stay."""

from collections.abc import AsyncGenerator
from datetime import datetime

from bot.features.duels import store
from bot.features.duels.messages import BOUT, CARD
from bot.features.duels.ports import DuelsPorts

TOGETHER = 200  # in one transaction


class OldDuels:
    """Duels that ended long ago."""

    def __init__(self, ports: DuelsPorts) -> None:
        self._ports = ports

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        """Some at a time."""
        gone = TOGETHER
        while gone == TOGETHER:
            async with self._ports.database.transaction() as tx:
                duel_ids = await store.forgotten(tx, now, TOGETHER)
                for one in duel_ids:
                    await self._ports.posts.drop(tx, CARD, one)
                    await self._ports.posts.drop(tx, BOUT, one)
                await store.remove(tx, duel_ids)
            gone = len(duel_ids)
            yield gone
