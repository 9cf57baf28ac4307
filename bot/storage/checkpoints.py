"""Checkpoints of SQLite: its log goes into the file, and nobody who writes waits for a reader."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NamedTuple

from bot.logs import get_logger
from bot.storage.background import BackgroundTask

PAGE = 4096  # bytes


@dataclass(frozen=True, slots=True)
class CheckpointTimes:
    """Seconds of real time, as a file and its readers have a clock of their own."""

    every: float = 2.0
    wait: float = 0.02  # of the writer for readers, once nothing is left to move
    longest_pause: float = 60.0  # between two such tries, while a reader stays
    told_after: float = 60.0  # that a reader holds the log, and again after as long


LONGEST_LOG = 64 << 20  # bytes, after which it starts over

_log = get_logger("herald.storage")


class LogState(NamedTuple):
    """State of the log: its pages, and how many of them stand in the file."""

    pages: int
    moved: int

    @property
    def is_moved(self) -> bool:
        """Whether nothing is left to move; a reader of an older moment keeps some back."""
        return self.moved >= self.pages


class Checkpointer:
    """Checkpointer that moves the log off the writer's thread, and has it start over if it is long.

    `move` is a passive checkpoint, which waits for nobody. `restart` waits for readers, so many
    seconds, while it keeps writers out; true where the log starts over.
    """

    def __init__(
        self,
        move: Callable[[], Awaitable[LogState]],
        restart: Callable[[float], Awaitable[bool]],
        *,
        times: CheckpointTimes | None = None,
        longest: int = LONGEST_LOG,
    ) -> None:
        self._move = move
        self._restart = restart
        self._times = times or CheckpointTimes()
        self._longest = longest
        self._held_since: float | None = None
        self._told_at = 0.0
        self._next_try = 0.0
        self._pause = 0.0
        self._task = BackgroundTask("checkpoints", self._run)
        self.start, self.stop = self._task.start, self._task.stop

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self._times.every)  # real time: this is about the size of a file
            try:
                await self.look(loop.time())
            except Exception as error:  # noqa: BLE001  without it the log grows for ever
                _log.warning("database.checkpoint_failed", error=str(error))

    async def look(self, now: float) -> None:
        """Move what can be moved at `now` (s); have it start over where nobody waits."""
        log = await self._move()
        if log.pages * PAGE <= self._longest:
            self._held_since = None
            return
        if log.is_moved and now >= self._next_try and await self._restart(self._times.wait):
            self._held_since, self._pause = None, 0.0
            return
        if log.is_moved and now >= self._next_try:
            self._pause = min(max(self._pause * 2, self._times.every), self._times.longest_pause)
            self._next_try = now + self._pause
        self._tell(log, now)

    def _tell(self, log: LogState, now: float) -> None:
        """Say that somebody reads, for how long at least, and what it costs."""
        if self._held_since is None:
            self._held_since = self._told_at = now
        if now - self._told_at >= self._times.told_after:
            self._told_at = now
            seconds, size = round(now - self._held_since), log.pages * PAGE
            _log.warning("database.log_held_by_a_reader", for_seconds=seconds, log_bytes=size)


def move(raw: sqlite3.Connection) -> LogState:
    """A passive checkpoint."""
    return LogState(*raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[1:])


def restart(raw: sqlite3.Connection, wait: float) -> bool:
    """Let the next write begin the log anew; false where a reader was in the way for `wait`."""
    (before,) = raw.execute("PRAGMA busy_timeout").fetchone()
    raw.execute(f"PRAGMA busy_timeout = {round(wait * 1000)}")
    try:
        (busy, *_) = raw.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
    finally:
        raw.execute(f"PRAGMA busy_timeout = {before}")
    return not busy
