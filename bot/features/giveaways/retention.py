"""Retention of giveaways: each goes when its time is over, with its entries, draws and proof."""

from collections.abc import AsyncGenerator
from datetime import datetime

from bot.features.giveaways import entry_store, store
from bot.features.giveaways.messages import CARD
from bot.features.giveaways.ports import GiveawaysPorts

TOGETHER = 500  # entries in one transaction


class OldGiveaways:
    """Giveaways that ended long ago; what was said of them stays where it is."""

    def __init__(self, ports: GiveawaysPorts) -> None:
        self._ports = ports

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        """Some entries of one at a time, then the rest of it."""
        while True:
            async with self._ports.database.transaction() as tx:
                giveaway_id = await store.forgotten(tx, now)
                gone = 0
                if giveaway_id is not None:
                    gone = await entry_store.forget(tx, giveaway_id, TOGETHER)
                    if not gone:
                        await self._ports.posts.drop(tx, CARD, giveaway_id)
                        await store.remove(tx, giveaway_id)
            yield gone
            if giveaway_id is None:
                return
