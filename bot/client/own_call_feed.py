"""Feed of own calls: what one process does in a guild, the one that hears of it knows before."""

from collections.abc import Collection

from bot.own_calls import OwnCalls
from bot.storage.database import Database

TOPIC = "own_calls"


class OwnCallFeed:
    """Told before the call is made: Discord's log may be faster than its answer."""

    def __init__(self, calls: OwnCalls, database: Database) -> None:
        self._calls = calls
        self._database = database
        database.changes.watch(TOPIC, self._heard)

    async def tell(self, guild_id: int, action: str, target_ids: Collection[int]) -> None:
        """Return once the others are told, where there are any; outside any transaction."""
        if not self._database.signals.others:
            return
        key = " ".join(map(str, (guild_id, action, *target_ids)))
        async with self._database.transaction() as tx:
            await self._database.changes.tell(tx, TOPIC, key, here=_known)

    def _heard(self, key: str | None) -> None:
        if key is None:
            return  # nothing of it stands anywhere: what was missed explains nothing
        guild_id, action, *target_ids = key.split()
        self._calls.note(int(guild_id), action, [int(one) for one in target_ids])


def _known() -> None:
    """Noted in this process by whoever calls."""
