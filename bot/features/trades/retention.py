"""Retention of trades: each goes when its time is over; what was said of it stays."""

from collections.abc import AsyncGenerator
from datetime import datetime

from bot.features.trades import store
from bot.features.trades.messages import CARD
from bot.features.trades.ports import TradesPorts

TOGETHER = 200  # in one transaction


class OldTrades:
    """Trades that ended long ago."""

    def __init__(self, ports: TradesPorts) -> None:
        self._ports = ports

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        """Some at a time."""
        gone = TOGETHER
        while gone == TOGETHER:
            async with self._ports.database.transaction() as tx:
                trade_ids = await store.forgotten(tx, now, TOGETHER)
                for one in trade_ids:
                    await self._ports.posts.drop(tx, CARD, one)
                await store.remove(tx, trade_ids)
            gone = len(trade_ids)
            yield gone
