"""Group commit: whatever arrives while one transaction runs goes into the next, together."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Generic, TypeVar

from bot.logs import get_logger
from bot.storage.background import BackgroundTask
from bot.storage.retry import patiently

Item = TypeVar("Item")
Result = TypeVar("Result")

Handle = Callable[[Sequence[Item]], Awaitable[Sequence[Result]]]

LONGEST_AGAIN = 300.0  # seconds

_log = get_logger("herald.storage")


@dataclass(eq=False, slots=True)
class _Entry(Generic[Item, Result]):
    item: Item
    future: asyncio.Future[Result] | None  # of whoever waits for it
    failed: int = 0  # times


class Group(Generic[Item, Result]):
    """Hands items to `handle` in the order they came, at most `limit` at once.

    `linger` is how many seconds a first item waits for company; 0 takes what is there. While the
    database cannot be written (full, locked, away) the items wait and are tried again; an item
    that fails for itself fails alone. One that nobody waits for is put aside then, and tried again
    after `again` seconds and longer and longer.
    """

    def __init__(
        self,
        handle: Handle[Item, Result],
        *,
        limit: int = 500,
        linger: float = 0.0,
        again: float = 5.0,
    ) -> None:
        self._handle = handle
        self._limit = limit
        self._linger = linger
        self._again = again
        self._waiting: list[_Entry[Item, Result]] = []
        self._writing: list[_Entry[Item, Result]] = []
        self._aside: dict[_Entry[Item, Result], asyncio.TimerHandle] = {}
        self._arrived = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._task = BackgroundTask("group commit", self._run)
        self._stopped = self._given_up = False

    def start(self) -> None:
        """Begin to work, for the first time or again; items put in earlier have waited."""
        self._stopped = self._given_up = False
        self._task.start()

    async def stop(self) -> None:
        """Finish what is waiting, then end; gives up only when cancelled. Takes nothing more."""
        self._stopped = True
        for entry in list(self._aside):
            self._bring_back(entry)  # a last time
        try:
            await self.drained()
        except asyncio.CancelledError:
            # Whoever waits hears of it; what can be written at once still is.
            self._given_up = True
            left = [*self._writing, *self._waiting]
            _log.error("group.given_up", items=len(left))
            for entry in left:
                if entry.future is not None and not entry.future.done():
                    entry.future.set_exception(ConnectionError("stopped before it was written"))
            raise
        await self._task.stop()

    async def submit(self, item: Item) -> Result:
        """Return once the item's transaction is durable."""
        return await self.enter(item)

    def enter(self, item: Item) -> asyncio.Future[Result]:
        """Give the item its place at once; the future is done once its transaction is durable."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._queue(_Entry(item, future))
        return future

    def put(self, item: Item) -> None:
        """Leave the item to a coming transaction, without waiting; a failure is logged."""
        self._queue(_Entry(item, None))

    async def drained(self) -> None:
        """Return when nothing waits and nothing is being written."""
        await self._idle.wait()

    @property
    def is_drained(self) -> bool:
        """Whether nothing waits and nothing is being written."""
        return self._idle.is_set()

    def items(self) -> Iterator[Item]:
        """What is being written, what waits for its turn, and what was put aside."""
        return (entry.item for entry in chain(self._writing, self._waiting, self._aside))

    def __len__(self) -> int:
        return len(self._waiting)

    def _queue(self, entry: "_Entry[Item, Result]", *, returns: bool = False) -> None:
        if self._stopped and not returns:
            raise RuntimeError("this group has stopped and would never write the item")
        if not self._waiting:
            self._idle.clear()
            self._arrived.set()
        self._waiting.append(entry)

    def _bring_back(self, entry: "_Entry[Item, Result]") -> None:
        self._aside.pop(entry).cancel()
        self._queue(entry, returns=True)

    async def _run(self) -> None:
        while True:
            await self._arrived.wait()
            if self._linger and len(self._waiting) < self._limit:
                await asyncio.sleep(
                    self._linger
                )  # real time: this is about throughput, not schedule
            batch, self._waiting = self._waiting[: self._limit], self._waiting[self._limit :]
            if not self._waiting:
                self._arrived.clear()
            self._writing = batch
            await self._write(batch)
            self._writing = []
            if not self._waiting:
                self._idle.set()

    async def _write(self, batch: list["_Entry[Item, Result]"]) -> None:
        items = [entry.item for entry in batch]
        try:
            results = await patiently(
                lambda: self._handle(items),
                waiting=len(items),
                while_true=lambda: not self._given_up,
            )
        except Exception as error:  # noqa: BLE001  handed on, to whoever waits for the item
            if len(batch) == 1:
                self._fail(batch[0], error)
                return
            for entry in batch:
                await self._write([entry])
            return
        for entry, result in zip(batch, results, strict=True):
            if entry.future is not None and not entry.future.done():
                entry.future.set_result(result)

    def _fail(self, entry: "_Entry[Item, Result]", error: Exception) -> None:
        if entry.future is not None:
            if not entry.future.done():
                entry.future.set_exception(error)
            return
        entry.failed += 1
        pause = min(self._again * 2 ** (entry.failed - 1), LONGEST_AGAIN)
        _log.error("group.item_failed", retry_in=None if self._stopped else pause, exc_info=error)
        if not self._stopped:  # real time: whatever is wrong has its own clock
            loop = asyncio.get_running_loop()
            self._aside[entry] = loop.call_later(pause, self._bring_back, entry)
