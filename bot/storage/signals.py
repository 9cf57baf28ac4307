"""Signals to the other processes of a database: there is something to do that was committed here.

One may be lost with its process: whoever waits for it looks by itself now and then as well.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractAsyncContextManager
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from bot.logs import get_logger
from bot.storage.background import BackgroundTask
from bot.storage.changes import ChangeFeed
from bot.storage.retry import patiently

if TYPE_CHECKING:
    from bot.storage.transaction import Transaction

AT_ONCE = 300  # keys of a topic that fit into one notification
LAST = 1.0  # second, for what a stop finds unsaid

_log = get_logger("herald.storage")


class Signals:
    """Signals, each said once however often it is put while the one before is under way.

    Nothing is said until `others` there are: who is alone has nobody to tell.
    """

    def __init__(
        self,
        changes: ChangeFeed,
        transaction: Callable[[], AbstractAsyncContextManager["Transaction"]],
    ) -> None:
        self._changes = changes
        self._transaction = transaction
        self._waiting: defaultdict[str, set[str]] = defaultdict(set)
        self._put = asyncio.Event()
        self._task = BackgroundTask("signals", self._run)
        self.accompanied = asyncio.Event()

    @property
    def others(self) -> bool:
        """Whether there are any; whoever waits for that finds `accompanied` set."""
        return self.accompanied.is_set()

    @others.setter
    def others(self, there: bool) -> None:
        if there:
            self.accompanied.set()
        else:
            self.accompanied.clear()

    def start(self) -> None:
        """Say what is put."""
        self._task.start()

    async def stop(self) -> None:
        """Say what is left, if that is quick."""
        await self._task.stop()
        if self._waiting:
            try:
                async with asyncio.timeout(LAST):
                    await self._send(self._taken())
            except Exception as error:  # noqa: BLE001  the others look by themselves
                _log.info("signals.unsaid", error=repr(error))

    def put(self, topic: str, key: str) -> None:
        """Say it soon; without others it is dropped."""
        if self.others:
            self._waiting[topic].add(key)
            self._put.set()

    def watch(self, topic: str, heard: Callable[[Collection[str] | None], None]) -> None:
        """Be called with what others said; with None where something may have been missed."""
        self._changes.watch(topic, lambda told: heard(None if told is None else told.split(",")))

    def _taken(self) -> dict[str, set[str]]:
        taken = dict(self._waiting)
        self._waiting.clear()
        self._put.clear()
        return taken

    async def _run(self) -> None:
        while True:
            await self._put.wait()
            try:
                await patiently(partial(self._send, self._taken()))
            except Exception:  # noqa: BLE001  the next ones are said all the same
                _log.exception("signals.failed")

    async def _send(self, told: dict[str, set[str]]) -> None:
        async with self._transaction() as tx:
            for topic, keys in told.items():
                for some in _batches(keys):
                    await self._changes.tell(tx, topic, ",".join(some), here=_nobody)


def _nobody() -> None:
    """In this process it was heard before."""


def _batches(keys: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(sorted(keys))
    while some := list(islice(rest, AT_ONCE)):
        yield some
