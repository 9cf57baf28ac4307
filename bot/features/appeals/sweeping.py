"""What is owed and what a crash cut: done at once when something is owed, and every 15 seconds."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from bot.acts import ActFailed
from bot.features.appeals.cards import Card
from bot.features.appeals.claims import AT_ONCE, Claims
from bot.features.appeals.deciding import Deciding
from bot.features.appeals.model import Appeal
from bot.features.appeals.paying import Paying
from bot.features.appeals.store import AppealStore
from bot.features.appeals.tools import Tools
from bot.logs import get_logger
from bot.storage.database import Transaction

EVERY = 15.0  # seconds

Due = TypeVar("Due", Appeal, Card)

_log = get_logger("herald.appeals")


class Sweeps:
    """The rows say what is to be done; this finds it, also after any time away."""

    def __init__(self, tools: Tools, deciding: Deciding, *, paying: Paying) -> None:
        self._tools = tools
        self._deciding = deciding
        self._paying = paying
        self._store = AppealStore()
        self._claims = Claims()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, with what a process before this one left."""
        self._task = asyncio.create_task(self._run(), name="appeals")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))
            self._task = None

    async def recall(self) -> None:
        """What Discord tells of a lift that a process before this one began is ours to tell."""
        async with self._tools.database.reading() as reading:
            for appeal in await self._store.approving(reading):
                punishment = await self._tools.cases.find(reading, appeal.case_id)
                if punishment is not None:
                    punishment.expect()

    async def sweep(self) -> None:
        """Everything that is due, 25 at a time until nothing is."""
        await self._each(self._claims.stuck, self._finish)
        await self._each(self._claims.letters, self._paying.letter)
        await self._each(self._claims.cards, self._paying.card)

    async def _run(self) -> None:
        await self._safely(self.recall)
        while True:
            self._tools.owed.clear()
            if self._tools.acts() is not None:
                await self._safely(self.sweep)
            await self._tools.clock.wait(self._tools.owed, EVERY)

    async def _each(
        self,
        take: Callable[[Transaction, datetime], Awaitable[list[Due]]],
        deal: Callable[[Due], Awaitable[None]],
    ) -> None:
        while True:
            async with self._tools.database.transaction() as tx:
                some = await take(tx, self._tools.clock.now())
            for one in some:
                await self._dealt(one, deal)
            if len(some) < AT_ONCE:
                return

    async def _dealt(self, one: Due, deal: Callable[[Due], Awaitable[None]]) -> None:
        try:
            await deal(one)
        except Exception as error:  # noqa: BLE001 - one appeal's trouble is not the next one's
            _log.error("appeal.not_swept", id=one.id, exc_info=error)

    async def _finish(self, appeal: Appeal) -> None:
        """A guild that the bot left, or cannot see now, is looked at again later."""
        acts = self._tools.acts()
        if acts is None or acts.own_standing(appeal.guild_id) is None:
            return
        try:
            await self._deciding.finish(appeal)
        except ActFailed as error:
            _log.warning("appeal.not_lifted", appeal=appeal.id, error=str(error))

    async def _safely(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - the next sweep finds what this one left
            _log.error("appeals.not_swept", exc_info=error)
