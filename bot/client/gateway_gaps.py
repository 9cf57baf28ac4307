"""Gateway gaps: when each shard's connection was away last, and whether Discord told the rest."""

from dataclasses import dataclass
from datetime import datetime

from discord.ext import commands

from bot.clock import Clock


@dataclass(frozen=True, slots=True)
class GatewayGap:
    """Gap that has ended; a resumed session is told what happened in it, a new one is not."""

    began: datetime
    ended: datetime
    is_resumed: bool

    @property
    def seconds(self) -> float:
        return max((self.ended - self.began).total_seconds(), 0.0)


class GatewayGaps:
    """The newest gap of each shard since this client began."""

    def __init__(self, client: commands.AutoShardedBot, clock: Clock) -> None:
        self._clock = clock
        self._away = dict[int, datetime]()
        self._last = dict[int, GatewayGap]()
        client.add_listener(self._left, "on_shard_disconnect")
        client.add_listener(self._resumed, "on_shard_resumed")
        client.add_listener(self._connected, "on_shard_connect")

    def last(self, shard_id: int) -> GatewayGap | None:
        """None where it has been there all the time, or is away for the first time."""
        return self._last.get(shard_id)

    async def _left(self, shard_id: int) -> None:
        self._away.setdefault(shard_id, self._clock.now())  # told of every try that fails, too

    async def _resumed(self, shard_id: int) -> None:
        self._end(shard_id, is_resumed=True)

    async def _connected(self, shard_id: int) -> None:
        self._end(shard_id, is_resumed=False)

    def _end(self, shard_id: int, *, is_resumed: bool) -> None:
        began = self._away.pop(shard_id, None)
        if began is not None:
            self._last[shard_id] = GatewayGap(began, self._clock.now(), is_resumed)
