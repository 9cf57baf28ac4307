"""Memory of a few rows: what is asked often is answered without them, in every process alike."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Generic, TypeVar

from bot.logs import get_logger
from bot.storage.background import BackgroundTask
from bot.storage.database import Database, Reading, Transaction

AGAIN = 1.0  # seconds after rows that could not be read

T = TypeVar("T")
_log = get_logger("herald.storage")


class RowMemory(Generic[T]):
    """What `read` finds, as `known`: at once here, and a moment later in the other processes.

    `forget` is called with each that is no longer there.
    """

    def __init__(
        self,
        database: Database,
        topic: str,
        *,
        read: Callable[[Reading], Awaitable[set[T]]],
        forget: Callable[[T], object] = lambda _one: None,
    ) -> None:
        self.known = set[T]()
        self._database = database
        self._topic = topic
        self._read = read
        self._forget = forget
        self._told = 0
        self._heard = asyncio.Event()
        self._task = BackgroundTask(f"memory of {topic}", self._run)
        self.start, self.stop = self._task.start, self._task.stop
        database.changes.watch(topic, self._hear)

    async def put(self, tx: Transaction, one: T) -> None:
        """It is there once `tx` is durable."""
        await self._tell(tx, one, is_there=True)

    async def drop(self, tx: Transaction, one: T) -> None:
        """It is not there any more once `tx` is durable."""
        await self._tell(tx, one, is_there=False)

    async def load(self) -> None:
        """Read them all; again where something was told meanwhile, which this may not show."""
        found, told = set[T](), -1
        while told != self._told:
            told = self._told
            async with self._database.reading() as reading:
                found = await self._read(reading)
        for one in self.known - found:
            self._forget(one)
        self.known.intersection_update(found)
        self.known.update(found)

    async def _tell(self, tx: Transaction, one: T, *, is_there: bool) -> None:
        here = partial(self._set, one, is_there=is_there)
        await self._database.changes.tell(tx, self._topic, str(one), here=here)

    def _set(self, one: T, *, is_there: bool) -> None:
        self._told += 1
        if is_there:
            self.known.add(one)
            return
        self.known.discard(one)
        self._forget(one)

    def _hear(self, _key: str | None) -> None:
        self._told += 1
        self._heard.set()

    async def _run(self) -> None:
        while True:
            await self._heard.wait()
            self._heard.clear()
            try:
                await self.load()
            except Exception as error:  # noqa: BLE001 - what was heard is still to be read
                _log.error("memory.not_read", of=self._topic, exc_info=error)
                self._heard.set()
                await asyncio.sleep(AGAIN)
