"""What is owed and what a crash cut: done at once when something is owed, and every 15 seconds."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import TypeVar

from bot.acts import ActFailed
from bot.features.appeals import store
from bot.features.appeals.cards import Card
from bot.features.appeals.claims import Claims
from bot.features.appeals.decisions import Decisions
from bot.features.appeals.model import Appeal
from bot.features.appeals.paying import Paying
from bot.features.appeals.ports import Tools
from bot.logs import get_logger
from bot.storage.database import Transaction
from bot.storage.sweep import Recurring, each

Due = TypeVar("Due", Appeal, Card)

_log = get_logger("herald.appeals")


class Sweeps:
    """The rows say what is to be done; this finds it, also after any time away."""

    def __init__(self, tools: Tools, deciding: Decisions, *, paying: Paying) -> None:
        self._tools = tools
        self._deciding = deciding
        self._paying = paying
        self._claims = Claims()
        self._recurring = Recurring(
            "appeals", tools.clock, first=self.recall, work=self._sweep, wake=tools.owed
        )

    def start(self) -> None:
        """Begin, with what a process before this one left."""
        self._recurring.start()

    async def stop(self) -> None:
        await self._recurring.stop()

    async def recall(self) -> None:
        """What Discord tells of a lift that a process before this one began is ours to tell."""
        async with self._tools.database.reading() as reading:
            for appeal in await store.approving(reading):
                punishment = await self._tools.cases.find(reading, appeal.case_id)
                if punishment is not None:
                    punishment.expect()

    async def sweep(self) -> None:
        """Everything that is due, 25 at a time until nothing is."""
        await self._each(self._claims.stuck, self._finish)
        await self._each(self._claims.letters, self._paying.letter)
        await self._each(self._claims.cards, self._paying.card)

    async def _sweep(self) -> None:
        if self._tools.acts.is_connected:
            await self.sweep()

    async def _each(
        self,
        take: Callable[[Transaction, datetime], Awaitable[list[Due]]],
        deal: Callable[[Due], Awaitable[None]],
    ) -> None:
        await each(self._tools.database, self._tools.clock, take, partial(self._dealt, deal))

    async def _dealt(self, deal: Callable[[Due], Awaitable[None]], one: Due) -> None:
        try:
            await deal(one)
        except Exception as error:  # noqa: BLE001 - one appeal's trouble is not the next one's
            _log.error("appeal.not_swept", id=one.id, exc_info=error)

    async def _finish(self, appeal: Appeal) -> None:
        """A guild that the bot left, or cannot see now, is looked at again later."""
        if self._tools.acts.own_standing(appeal.guild_id) is None:
            return
        try:
            await self._deciding.finish(appeal)
        except ActFailed as error:
            _log.warning("appeal.not_lifted", appeal=appeal.id, error=str(error))
