"""PostgreSQL ends connections, restarts, crashes and moves under load; nothing is lost by it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager
from itertools import count
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError

from bot.acts import Actor
from bot.clock import SystemClock
from bot.delivery.emitter import Emitter
from bot.features.audit.service import AuditService
from bot.features.audit.tables import audit_entry
from bot.features.members.model import MembersSettings
from bot.features.members.roster import Roster
from bot.features.settings.model import GeneralSettings
from bot.features.settings.service import SettingsService
from bot.settings import FeatureSettings
from bot.storage.outages import is_passing
from tests.chaos.seeded import MANY
from tests.chaos.steady import SHORT
from tests.support.emitter_setup import GUILD, add_endpoint, config_for, joined
from tests.support.failing_server import FailingServer, failing_server
from tests.support.ledger import judged
from tests.support.receiver import Receiver
from tests.support.rows import rows
from tests.support.settled import drained

pytestmark = pytest.mark.chaos

ACTOR = Actor(GUILD, 4, "harbour_master")
TASKS = 8
END_ALL = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'
"""

Blow = Callable[[FailingServer], Awaitable[None]]


@pytest.fixture(scope="module")
def server() -> Generator[FailingServer]:
    """One server for these tests alone: what it goes through would disturb the others."""
    with failing_server() as running:
        yield running


async def cut(server: FailingServer) -> None:
    """Every connection is ended, several times."""
    for _ in range(5):
        await server.databases.execute(END_ALL)


async def restarted(server: FailingServer) -> None:
    """Stopped with care and started again."""
    await asyncio.to_thread(server.stop, "fast")
    await asyncio.to_thread(server.start)


async def crashed(server: FailingServer) -> None:
    """Ended in the middle of everything, and recovered from its log."""
    await asyncio.to_thread(server.stop, "immediate")
    await asyncio.to_thread(server.start)


async def failed_over(server: FailingServer) -> None:
    """Ended likewise; another server takes the address, with the data as it was."""
    await asyncio.to_thread(server.stop, "immediate")
    await asyncio.to_thread(server.move)
    await asyncio.to_thread(server.start)


class Load:
    """Many tasks that record joins and meet members, and one that changes a setting."""

    def __init__(self, emitter: Emitter) -> None:
        self._emitter = emitter
        self._audit = AuditService(emitter.outbox, emitter.clock)
        self._members = Roster(emitter.database, emitter.outbox, wants=self._wants)
        self._numbers = count(1)
        self._stopping = False
        self.recorded: list[UUID | None] = []
        self.met: set[str] = set()
        self.refused: list[bool] = []  # whether the error says that it will pass

    @asynccontextmanager
    async def going(self) -> AsyncGenerator[None]:
        """Go on until the end of the block, and then until all in hand is durable."""
        self._members.start()
        async with asyncio.TaskGroup() as tasks:
            for work in (*[self._record] * TASKS, *[self._meet] * TASKS, self._change):
                tasks.create_task(self._again_and_again(work))
            yield
            self._stopping = True
        await self._members.stop()

    async def _again_and_again(self, work: Callable[[int], Awaitable[None]]) -> None:
        while not self._stopping:
            await work(next(self._numbers))

    async def _record(self, number: int) -> None:
        event = joined(self._emitter.clock, number)
        self.recorded.append(await self._emitter.outbox.record(event))

    async def _meet(self, number: int) -> None:
        """A join that has a row, and is told where the guild's settings say so."""
        assert await self._members.tell(joined(self._emitter.clock, number))
        self.met.add(str(number))

    async def _wants(self, guild_id: int) -> bool:
        """Asked of the database each time, as after a start."""
        return (await self._settings(MembersSettings).get(guild_id, MembersSettings)).enabled

    async def _change(self, number: int) -> None:
        """A person's change fails with the connection; they are told, and may try again."""
        settings = self._settings(GeneralSettings)
        try:
            await settings.change(ACTOR, "general", "notice_channel_id", number)
        except (DBAPIError, OSError) as error:
            self.refused.append(is_passing(error))
            await self._record(number)  # which waits until the server is there

    def _settings(self, model: type[FeatureSettings]) -> SettingsService:
        return SettingsService(self._emitter.database, self._audit, models=[model])


BLOWS = [cut, restarted, crashed, failed_over] if MANY else [failed_over]


@pytest.mark.parametrize("blow", BLOWS)
@pytest.mark.thorough("a server that goes away stays in tests/integration/storage")
async def test_under_load(server: FailingServer, blow: Blow) -> None:
    url = server.databases.url(await server.databases.create())
    emitter = await Emitter.open(config_for(url, **SHORT), SystemClock())
    async with Receiver() as receiver:
        await add_endpoint(emitter, receiver.url(), secret=receiver.secret)
        await emitter.start()
        load = Load(emitter)
        async with load.going():
            await receiver.has(200)
            await blow(server)
            seen = len(receiver.requests)
            await receiver.until(lambda: len(receiver.requests) > seen + 200, 30)
        await drained(emitter.database)
        told = f"{len(load.recorded)} recorded, {load.refused}"
        await judged(emitter.database, receiver, acknowledged=load.recorded, told=told)
        joins = [r.json["data"]["user_id"] for r in receiver.requests if r.type == "member.joined"]
        assert load.met, told
        assert load.met <= set(joins), told
        changes = {row["id"] for row in await rows(emitter.database, audit_entry)}
        told_of = [r for r in receiver.requests if r.type == "security.audit_entry"]
        assert {request.json["data"]["entry_id"] for request in told_of} == changes, told
        assert load.refused, told
        assert all(load.refused), told
        await emitter.stop()
