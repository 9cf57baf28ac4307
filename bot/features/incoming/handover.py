"""Handover of calls: what is left to do on Discord is done by the process that hears the server."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection

from bot.clock import Clock
from bot.features.incoming import call_store
from bot.features.incoming.model import PushedCall
from bot.storage.database import Database, Transaction

TOPIC = "pushed_call"
PATIENCE = 10.0  # seconds; as for Discord's own answer


class CallHandover:
    """Handover to whoever deals with the guild; here, where that is this process."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._waiting: defaultdict[int, set[asyncio.Event]] = defaultdict(set)
        database.signals.watch(TOPIC, self._heard)

    def is_due(self, call: PushedCall) -> bool:
        """Whether another process has to carry it out."""
        return not self._database.territory.covers(call.guild_id)

    def settled(self, tx: Transaction, call_id: int) -> None:
        """Tell whoever accepted it that it is done, once that is durable."""
        tx.on_commit(lambda: self._database.signals.put(TOPIC, str(call_id)))

    async def carried_out(self, call: PushedCall, wake: Callable[[], None]) -> PushedCall:
        """Let the other process have it, and wait for what comes of it; pending where nothing."""
        done = asyncio.Event()
        self._waiting[call.id].add(done)
        try:
            async with self._database.transaction() as tx:
                await call_store.release(tx, call.id)
                tx.on_commit(wake)
            await self._clock.wait(done, PATIENCE)
        finally:
            self._waiting[call.id].discard(done)
            if not self._waiting[call.id]:
                del self._waiting[call.id]
        async with self._database.reading() as reading:
            return await call_store.by_id(reading, call.id) or call

    def _heard(self, keys: Collection[str] | None) -> None:
        for call_id in list(self._waiting) if keys is None else map(int, keys):
            for done in self._waiting.get(call_id, ()):
                done.set()
