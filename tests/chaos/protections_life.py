"""Lives of a bot whose protections are cut off half-way, and what is true after them."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.delivery.emitter import Emitter
from bot.outbox.tables import body
from bot.storage.database import Database
from tests.chaos.cases_bot import Orders, config_of
from tests.chaos.cases_life import BOOT, Kill, Life, once
from tests.chaos.preparation import Choices, choose, subscribe
from tests.support.discord_server.moderation_server import Cut, ModeratingServer
from tests.support.discord_server.payloads import GUILD_ID
from tests.support.discord_server.room_server import RoomServer
from tests.support.ledger import sound
from tests.support.receiver import Receiver
from tests.support.rows import rows

BOT = "tests.chaos.protections_bot"
LEASE = 75.0  # seconds by which each life is later than the one before

NewUrl = Callable[[], Awaitable[str]]
Begin = Callable[[], Awaitable[object]]


@pytest.fixture
async def server() -> AsyncGenerator[RoomServer]:
    async with RoomServer() as server:
        yield server


@pytest.fixture
async def receiver() -> AsyncGenerator[Receiver]:
    """A receiver on the machine's own clock."""
    async with Receiver() as running:
        yield running
    assert running.refused == []


@dataclass(slots=True)
class ProtectedLives:
    """Each method is one life, or what is found between two; the next is a minute later."""

    orders: Orders
    server: ModeratingServer
    bot: str = BOT  # the program that lives them

    async def opened(self) -> Emitter:
        """The database, before the first life."""
        return await Emitter.open(config_of(self.orders), SystemClock())

    async def prepare(
        self, receiver: Receiver, choices: Choices, *patterns: str, guild_id: int = GUILD_ID
    ) -> None:
        """What somebody has chosen before the first life, and a webhook."""
        emitter = await self.opened()
        await choose(emitter, choices, guild_id)
        if patterns:
            await subscribe(emitter, receiver, *patterns)
        await emitter.close()

    async def died(
        self, kill: Kill, begin: Begin | None = None, *, after: Begin | None = None
    ) -> None:
        """A life that does what is left, or `after` that what it is made to, and dies of it."""
        self.server.cut = None
        self.server.answers.clear()
        dead = asyncio.Event()
        async with Life(self.orders, self.bot) as life:

            async def end() -> None:
                await life.kill()
                dead.set()

            if begin is None:
                self.server.cut = Cut(*kill, end)
            else:
                await life.says("ready", BOOT)
                if after is not None:
                    await after()
                self.server.cut = Cut(*kill, end)
                await begin()
            await asyncio.wait_for(dead.wait(), BOOT)
        self.orders = replace(self.orders, ahead=self.orders.ahead + LEASE)

    async def recovered(self) -> None:
        """The last life: it ends when there is nothing left to do."""
        self.server.cut = None
        self.server.answers.clear()
        async with Life(replace(self.orders, recovers=True), self.bot) as life:
            await life.says("ready", BOOT)
            assert (await life.end())[0] == 0

    async def events(self, receiver: Receiver) -> list[dict[str, Any]]:
        """What was told, each received, and each fact once; the database is sound."""
        (bodies,) = await self.rows(body)
        events = [json.loads(one["bytes"]) for one in bodies]
        if self.orders.url.startswith("sqlite"):
            sound(self.orders.url.removeprefix("sqlite:///"))
        once(receiver, events)
        return events

    async def rows(self, *tables: Any) -> list[list[Mapping[str, Any]]]:
        """All rows of each."""
        database = Database(self.orders.url)
        await database.open()
        found = [[*await rows(database, one)] for one in tables]
        await database.close()
        return found
