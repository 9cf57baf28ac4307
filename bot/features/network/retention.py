"""Retention of the network: what has ended is kept for half a year, then it goes."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import datetime

from bot.features.network import appeal_store, hit_store, store
from bot.features.network.cards import ReviewCards
from bot.features.network.messages import PersonMessages
from bot.features.network.model import LIFETIME
from bot.features.network.ports import NetworkPorts
from bot.storage.database import Transaction

TOGETHER = 50  # in one transaction

Remove = Callable[[Transaction, datetime, int], Awaitable[list[int]]]
Drop = Callable[[Transaction, int], Awaitable[None]]


class EndedReports:
    """Reports, appeals and hits that go by age: none of them counts any more."""

    def __init__(
        self, ports: NetworkPorts, cards: ReviewCards, *, messages: PersonMessages
    ) -> None:
        self._ports = ports
        self._cards, self._messages = cards, messages
        self._kinds: tuple[tuple[Remove, Drop], ...] = (
            (store.remove_ended, cards.drop_report),
            (appeal_store.remove_decided, self._drop_appeal),
            (hit_store.remove_old, messages.drop_hit),
        )

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        """Some at a time, until the oldest that are left are young enough."""
        for remove, drop in self._kinds:
            gone = 1
            while gone:
                async with self._ports.database.transaction() as tx:
                    ids = await remove(tx, now - LIFETIME, TOGETHER)
                    for one in ids:
                        await drop(tx, one)
                gone = len(ids)
                yield gone

    async def _drop_appeal(self, tx: Transaction, appeal_id: int) -> None:
        await self._cards.drop_appeal(tx, appeal_id)
        await self._messages.drop_appeal(tx, appeal_id)
