"""Rows are the schedule: leased where they are due, dealt with, and found again after a crash."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Row, Select, Table, update

from bot.clock import Clock
from bot.logs import get_logger
from bot.storage.database import Database, Transaction

EVERY = 15.0  # seconds
LEASE = timedelta(minutes=1)
AT_ONCE = 25

Due = TypeVar("Due")
Work = Callable[[], Awaitable[None]]

_log = get_logger("herald.storage")


async def lease(tx: Transaction, table: Table, due: Select[Any], now: datetime) -> list[Row[Any]]:
    """Take 25 rows at most, so that nobody else takes them within a minute; in order of their id.

    `due` selects ids, the most urgent first; the table's `look_at` says when a row is free again.
    """
    is_free = table.c.look_at.is_(None) | (table.c.look_at <= now)
    free = due.where(is_free).limit(AT_ONCE).with_for_update(skip_locked=True)
    result = await tx.execute(
        update(table)
        .where(table.c.id.in_(free.scalar_subquery()))
        .values(look_at=now + LEASE)
        .returning(*table.c)
    )
    return sorted(result, key=lambda row: row.id)


async def each(
    database: Database,
    clock: Clock,
    take: Callable[[Transaction, datetime], Awaitable[list[Due]]],
    deal: Callable[[Due], Awaitable[object]],
) -> None:
    """Take and deal with all that is due, some at a time, until nothing is."""
    while True:
        async with database.transaction() as tx:
            some = await take(tx, clock.now())
        for one in some:
            await deal(one)
        if len(some) < AT_ONCE:
            return


class Recurring:
    """Does `first` once, then `work` every 15 seconds, and at once when `wake` is set.

    What fails is logged: the next round finds what this one left.
    """

    def __init__(
        self, name: str, clock: Clock, *, first: Work, work: Work, wake: asyncio.Event | None = None
    ) -> None:
        self._name = name
        self._clock = clock
        self._first = first
        self._work = work
        self._wake = wake or asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=self._name)

    async def stop(self) -> None:
        """Cut off what is under way: its row is found again."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))
            self._task = None

    async def _run(self) -> None:
        await self._safely(self._first)
        while True:
            self._wake.clear()
            await self._safely(self._work)
            await self._clock.wait(self._wake, EVERY)

    async def _safely(self, work: Work) -> None:
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - see above
            _log.error("sweep.failed", of=self._name, exc_info=error)
