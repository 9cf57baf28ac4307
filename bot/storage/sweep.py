"""Sweep: recurring look for rows that are due. Rows are the schedule, also after any time away."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import Row, Select, Table, select, update

from bot.acts import ActUnknown
from bot.clock import Clock
from bot.keyed_lock import Key, KeyedLock
from bot.logs import get_logger
from bot.storage.background import BackgroundTask
from bot.storage.database import Database, Reading, Transaction
from bot.storage.territory import Territory

EVERY = 15.0  # seconds
UNREADY = 1.0  # seconds after which it is asked again whether it can look
LEASE = timedelta(minutes=1)
AT_ONCE = 25
TOPIC = "sweep"
"""Of the signals that wake the others' sweeps, each by its name."""
TURN = LEASE / 2  # which one row's work takes at most, with others waiting behind it

T = TypeVar("T")
Work = Callable[[], Awaitable[None]]
Due = Callable[[datetime], Select[Any]]
"""From the moment that it is to the ids of the rows that are due, the most urgent first.

Of `next_at`: to the first moment after it at which a row is due.
"""

_log = get_logger("herald.storage")


async def lease(
    tx: Transaction,
    table: Table,
    due: Select[Any],
    now: datetime,
    *,
    also: Mapping[str, Any] | None = None,
    free_at: datetime | None = None,
) -> list[Row[Any]]:
    """Take 25 rows at most, so that nobody else takes them within a minute; in order of their id.

    The table's `look_at` says when a row is free again; `also` is written with it. With `free_at`
    only those are taken that were free then.
    """
    is_free = table.c.look_at.is_(None) | (table.c.look_at <= (free_at or now))
    # Named, it is looked for once: PostgreSQL may run a subquery anew for each row, and take more.
    free = due.where(is_free).limit(AT_ONCE).with_for_update(skip_locked=True).cte("free")
    result = await tx.execute(
        update(table)
        .where(table.c.id.in_(select(free.c.id)))
        .values(look_at=now + LEASE, **(also or {}))
        .returning(*table.c)
    )
    return sorted(result, key=lambda row: row.id)


def within(rows: Select[Any], table: Table, territory: Territory) -> Select[Any]:
    """Those of them that this process deals with; rows that are of no guild are everybody's."""
    if territory.is_whole or "guild_id" not in table.c:
        return rows
    return rows.where(territory.rows(table.c.guild_id))


@dataclass(frozen=True, slots=True)
class DueRows(Generic[T]):
    """Rows of one kind, and what is done when they are due.

    With a `key` it is done under its lock, unless somebody holds that now. `still` reads again
    what was leased, under the lock; None where there is nothing to be done any more. `also` is
    written with each lease. `next_at` finds the moment at which the next row will be due, where
    people wait for that moment itself.
    """

    name: str
    table: Table
    due: Due
    read: Callable[[Row[Any]], T]
    deal: Callable[[T], Awaitable[object]]
    key: Callable[[T], Key] | None = None
    still: Callable[[Reading, T], Awaitable[T | None]] | None = None
    also: Mapping[str, Any] | None = None
    next_at: Due | None = None


async def _nothing() -> None:
    """There is nothing to begin with."""


class Sweep:
    """Deals with every row that is due, at the start, every 15 seconds, and when woken.

    Where rows say when the next of them will be due, it looks at that moment as well.

    Several processes share the rows: each leases some, and what it does not settle is due again
    when the lease is over. One that fails is logged and keeps no other back.
    """

    def __init__(
        self,
        name: str,
        database: Database,
        *,
        clock: Clock,
        ready: Callable[[], bool] = lambda: True,
        first: Work = _nothing,
        locks: KeyedLock | None = None,
    ) -> None:
        self._name = name
        self._database = database
        self._clock = clock
        self._ready = ready
        self.begin = first
        self._reconnected: Work = _nothing
        self._sessions: Callable[[], int] = lambda: 0
        self._session: int | None = None
        self._locks = locks or KeyedLock()
        self._kinds: list[DueRows[Any]] = []
        self._woken = asyncio.Event()
        self._pause = EVERY
        database.signals.watch(TOPIC, self._heard)
        self._task = BackgroundTask(name, self._run)
        self.start, self.stop = self._task.start, self._task.stop

    def rows(self, rows: DueRows[Any]) -> None:
        """Deal with these, after those declared before."""
        self._kinds.append(rows)

    def when_ready(self, work: Work, sessions: Callable[[], int]) -> None:
        """Do this before each first look after a time in which it was not ready.

        `sessions` counts those times: one that began and ended between two looks was one too.
        """
        self._reconnected, self._sessions = work, sessions

    def wake(self) -> None:
        """Look now, here and in the process that deals with the row, if that is another."""
        self._woken.set()
        self._database.signals.put(TOPIC, self._name)

    def _heard(self, names: Collection[str] | None) -> None:
        if names is None or self._name in names:
            self._woken.set()

    async def sweep(self) -> None:
        """Everything that is due, 25 at a time until nothing is.

        What was leased in this round is not leased in it again, however long the others take:
        rows whose work hangs keep nobody from their turn.
        """
        for rows in self._kinds:
            count, began = AT_ONCE, self._clock.now()
            while count == AT_ONCE:
                now = self._clock.now()
                async with self._database.transaction() as tx:
                    due = within(rows.due(now), rows.table, self._database.territory)
                    leased = await lease(tx, rows.table, due, now, also=rows.also, free_at=began)
                for row in leased:
                    await self._dealt(rows, row)
                count = len(leased)

    async def _run(self) -> None:
        """Do what is `first`, then sweep, and again and again; one cut off finds its row again.

        What failed of the first is done again before each sweep, until it is done.
        """
        has_begun = False
        while True:
            self._woken.clear()
            has_begun = has_begun or await self._logged(self.begin)
            await self._logged(self.look)
            await self._clock.wait(self._woken, self._pause)

    async def look(self) -> None:
        """One round: nothing while it is not ready, which it is asked anew each second."""
        self._pause, began = EVERY, self._clock.now()
        session = self._sessions()
        if not self._ready():
            self._pause, self._session = UNREADY, None
            return
        if session != self._session:
            await self._reconnected()  # where it fails, the next round begins with it
            self._session = session
        await self.sweep()
        self._pause = await self._until_next(began)
        if self._pause <= 0:
            self._woken.set()

    async def _until_next(self, began: datetime) -> float:
        """Seconds until a row is due that was not as the look began, or until the next look."""
        territory = self._database.territory
        nexts = [
            within(one.next_at(began), one.table, territory) for one in self._kinds if one.next_at
        ]
        if not nexts:
            return EVERY
        async with self._database.reading() as reading:
            found = [(await reading.execute(one)).scalar_one_or_none() for one in nexts]
        now = self._clock.now()
        waits = [(moment - now).total_seconds() for moment in found if moment is not None]
        return min([EVERY, *waits])

    async def _logged(self, work: Work) -> bool:
        """Whether it came to its end."""
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - the next round finds what this one left
            _log.error("sweep.failed", of=self._name, exc_info=error)
            return False
        return True

    async def _dealt(self, rows: DueRows[Any], row: Row[Any]) -> None:
        try:
            if "guild_id" in rows.table.c:
                await self._database.territory.enter(row.guild_id)
            one = rows.read(row)
            key = None if rows.key is None else rows.key(one)
            if key is None:
                await self._deal(rows, one)
            elif not self._locks.taken(key):  # else the next lease is soon enough
                async with self._locks.hold(key):
                    await self._deal(rows, one)
        except ActUnknown as error:
            _log.info("sweep.row_waits", of=self._name, id=row.id, error=str(error))
        except Exception as error:  # noqa: BLE001 - one row's trouble is not the next one's
            _log.error("sweep.row_failed", of=self._name, rows=rows.name, id=row.id, exc_info=error)

    async def _deal(self, rows: DueRows[Any], one: Any) -> None:
        if rows.still is not None:
            async with self._database.reading() as reading:
                one = await rows.still(reading, one)
        if one is not None:
            await rows.deal(one)
