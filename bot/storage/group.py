"""Group commit: whatever arrives while one transaction runs goes into the next, together."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import chain
from typing import Generic, TypeVar

from bot.logs import get_logger
from bot.storage.background import BackgroundTask
from bot.storage.retry import patiently

Item = TypeVar("Item")
Result = TypeVar("Result")

Handle = Callable[[Sequence[Item]], Awaitable[Sequence[Result]]]

_log = get_logger("herald.storage")


class Group(Generic[Item, Result]):
    """Hands items to `handle` in the order they came, at most `limit` at once.

    `linger` is how many seconds a first item waits for company; 0 takes what is there. While the
    database cannot be written (full, locked, away) the items wait and are tried again; an item
    that fails for itself fails alone.
    """

    def __init__(
        self, handle: Handle[Item, Result], *, limit: int = 500, linger: float = 0.0
    ) -> None:
        self._handle = handle
        self._limit = limit
        self._linger = linger
        self._waiting: list[tuple[Item, asyncio.Future[Result] | None]] = []
        self._writing: list[tuple[Item, asyncio.Future[Result] | None]] = []
        self._arrived = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._task = BackgroundTask("group commit", self._run)
        self._stopped = False

    def start(self) -> None:
        """Begin to work, for the first time or again; items put in earlier have waited."""
        self._stopped = False
        self._task.start()

    async def stop(self) -> None:
        """Finish what is waiting, then end; gives up only when cancelled. Takes nothing more."""
        self._stopped = True
        await self.drained()
        await self._task.stop()

    async def submit(self, item: Item) -> Result:
        """Return once the item's transaction is durable."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._put(item, future)
        return await future

    def put(self, item: Item) -> None:
        """Leave the item to a coming transaction, without waiting; a failure is logged."""
        self._put(item, None)

    async def drained(self) -> None:
        """Return when nothing waits and nothing is being written."""
        await self._idle.wait()

    @property
    def is_drained(self) -> bool:
        """Whether nothing waits and nothing is being written."""
        return self._idle.is_set()

    def items(self) -> Iterator[Item]:
        """What is being written and what waits for its turn."""
        return (item for item, _ in chain(self._writing, self._waiting))

    def __len__(self) -> int:
        return len(self._waiting)

    def _put(self, item: Item, future: asyncio.Future[Result] | None) -> None:
        if self._stopped:
            raise RuntimeError("this group has stopped and would never write the item")
        self._waiting.append((item, future))
        self._idle.clear()
        self._arrived.set()

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

    async def _write(self, batch: list[tuple[Item, asyncio.Future[Result] | None]]) -> None:
        items = [item for item, _ in batch]
        try:
            results = await patiently(lambda: self._handle(items), waiting=len(items))
        except Exception as error:  # noqa: BLE001  handed on, to whoever waits for the item
            if len(batch) == 1:
                self._fail(batch[0], error)
                return
            for entry in batch:
                await self._write([entry])
            return
        for (_, future), result in zip(batch, results, strict=True):
            if future is not None and not future.done():
                future.set_result(result)

    def _fail(self, entry: tuple[Item, asyncio.Future[Result] | None], error: Exception) -> None:
        future = entry[1]
        if future is not None and not future.done():
            future.set_exception(error)
        elif future is None:
            _log.error("group.item_failed", exc_info=error)
