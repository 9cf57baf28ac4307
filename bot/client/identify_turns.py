"""Identify turns: Discord lets a bot identify so often, however many processes it has."""

import discord

from bot.clock import Clock
from bot.fleet.fleet import Fleet
from bot.logs import get_logger

_log = get_logger("herald.client")


class IdentifyTurns:
    """Turns of one process, each of which is taken from those of all (source: Discord's reference,
    "Rate Limiting": so many at once, five seconds apart, and so many in a day).
    """

    def __init__(self, fleet: Fleet, clock: Clock) -> None:
        self._fleet = fleet
        self._clock = clock

    async def take(self, client: discord.AutoShardedClient, shard_id: int) -> None:
        """Return when that shard may identify."""
        limits = await client.fetch_session_start_limits()
        while limits.remaining == 0:
            seconds = limits.reset_after / 1000
            _log.error("gateway.no_sessions_left", shard=shard_id, seconds=seconds)
            await self._clock.sleep(max(seconds, 1.0))
            limits = await client.fetch_session_start_limits()
        wait = await self._fleet.identify_turn(shard_id % max(limits.max_concurrency, 1))
        if wait:
            _log.info("gateway.waits_for_turn", shard=shard_id, seconds=wait)
        await self._clock.sleep(wait)
