"""Status service: database, clock and a server's queue, read at the moment of asking."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter

from bot import __version__
from bot.clock import Clock, from_snowflake
from bot.clock_skew import ClockSkew
from bot.fleet.fleet import Fleet
from bot.fleet.store import ProcessSeen
from bot.logs import get_logger
from bot.outbox.backlog import EndpointBacklog, guild_backlog
from bot.storage.database import Database

PATIENCE = 5.0  # seconds
SLOW = 1.0
LATE = timedelta(minutes=1)
"""What is due for so long waits for more than its turn."""

_log = get_logger("herald.status")


@dataclass(frozen=True, slots=True)
class GuildStatus:
    """How things are for one server; `queue` is None where the database did not answer."""

    now: datetime
    database: str
    database_seconds: float
    queue: Sequence[EndpointBacklog] | None
    skew_seconds: float | None
    is_clock_off: bool
    processes: Sequence[ProcessSeen] = ()
    version: str = __version__

    @property
    def is_slow(self) -> bool:
        return self.queue is None or self.database_seconds > SLOW

    def is_late(self, one: EndpointBacklog) -> bool:
        """Whether what an endpoint is owed should have gone before."""
        is_owed = one.receives and one.is_prompt
        return is_owed and one.due_at is not None and self.now - one.due_at > LATE

    def is_troubled(self, one: EndpointBacklog) -> bool:
        """Whether somebody should look at an endpoint."""
        is_failing = one.last_error is not None or one.is_switched_off
        return self.is_late(one) or is_failing or bool(one.missed)

    @property
    def is_well(self) -> bool:
        """Whether nobody has to do anything."""
        is_queue_well = not any(map(self.is_troubled, self.queue or ()))
        is_fleet_well = all(one.is_alive for one in self.processes)
        return is_queue_well and is_fleet_well and not self.is_slow and not self.is_clock_off


class StatusService:
    """Reads for whoever asks, of their own server alone."""

    def __init__(self, database: Database, clock: Clock, *, skew: ClockSkew, fleet: Fleet) -> None:
        self._fleet = fleet
        self._database = database
        self._clock = clock
        self._skew = skew

    async def look(self, guild_id: int) -> GuildStatus:
        """How things are now; a database that does not answer is a part of it."""
        queue, seconds = await self._queue(guild_id)
        processes = () if queue is None else await self._fleet.processes()
        return GuildStatus(
            now=self._clock.now(),
            database="SQLite" if self._database.is_sqlite else "PostgreSQL",
            database_seconds=seconds,
            queue=queue,
            skew_seconds=self._skew.seconds,
            is_clock_off=self._skew.is_off,
            processes=processes,
        )

    def lag(self, snowflake: int) -> float:
        """Seconds since Discord gave that id, by Discord's clock where it is known."""
        behind = (self._clock.now() - from_snowflake(snowflake)).total_seconds()
        return max(behind - (self._skew.seconds or 0.0), 0.0)

    async def _queue(self, guild_id: int) -> tuple[Sequence[EndpointBacklog] | None, float]:
        """What is owed, and the seconds that the database took; not those of waiting for a turn."""
        try:
            async with asyncio.timeout(PATIENCE), self._database.reading() as reading:
                began = perf_counter()
                return await guild_backlog(reading, guild_id), perf_counter() - began
        except Exception as error:  # noqa: BLE001  that it does not answer is the answer
            _log.warning("status.database_unread", error=repr(error))
            return None, PATIENCE
