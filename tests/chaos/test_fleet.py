"""Five processes on one PostgreSQL, as compose.yaml has them, killed one after the other."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import suppress
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select, update

from bot.clock import SystemClock
from bot.delivery.emitter import Emitter
from bot.features.cases.store import table as moderation_case
from bot.features.economy.tables import account
from bot.features.incoming.signature import signed
from bot.features.members.store import known_member
from bot.fleet.assignment import Role
from bot.fleet.tables import gateway_turn
from bot.outbox.tables import body
from bot.storage.territory import shard_of
from bot.web.server import free_port
from tests.chaos.cases_life import OTTER, once
from tests.chaos.fleet_processes import Crew, commands, crew
from tests.chaos.preparation import SECRET, choose, let_in, subscribe
from tests.support.discord_server import payloads
from tests.support.discord_server.moderation_server import ModeratingServer
from tests.support.discord_server.moderator import Person
from tests.support.discord_server.payloads import GUILD_ID, OWNER_ID
from tests.support.discord_server.server import TOKEN
from tests.support.emitter_setup import config_for
from tests.support.ledger import judged
from tests.support.loops import turn
from tests.support.patience import PATIENCE
from tests.support.receiver import Receiver
from tests.support.rows import rows
from tests.support.settled import drained

pytestmark = pytest.mark.chaos

UNIT = 1  # of the currency that there is at first
UNBAN = f"DELETE guilds/{GUILD_ID}/bans/{OTTER}"
OWNER, OTHER = "bot-0", "bot-1"
"""The guild's own process, and that of the shard which has none."""


@pytest.fixture
async def server() -> AsyncGenerator[ModeratingServer]:
    async with ModeratingServer() as server:
        server.guild.enter(OTTER)
        yield server


@pytest.fixture
async def other_shard(server: ModeratingServer) -> AsyncGenerator[ModeratingServer]:
    """The same guild by its API; its gateway is of a shard that has none."""
    async with ModeratingServer(server.guild) as other:
        yield other


@pytest.fixture
async def receiver() -> AsyncGenerator[Receiver]:
    """A receiver on the machine's own clock."""
    async with Receiver() as running:
        yield running


class Load:
    """People join, and a shop pays somebody, all the time; `paid` is what it was told is done."""

    def __init__(self, server: ModeratingServer, url: str) -> None:
        self._server, self._url = server, url
        self.joined: list[int] = []
        self.paid = 0
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [asyncio.create_task(one) for one in (self._joins(), self._pays())]

    async def more(self) -> None:
        """Return when people have joined since, and been paid where the web answers."""
        joined = len(self.joined)
        async with asyncio.timeout(PATIENCE):
            while len(self.joined) < joined + 5:
                await self._rest()

    async def stop(self) -> None:
        self._stopping.set()
        await asyncio.gather(*self._tasks)

    async def _joins(self) -> None:
        for user_id in count(10_000):
            self._server.guild.enter(user_id)
            self.joined.append(user_id)
            member = payloads.member(user_id, f"otter_{user_id}")
            with suppress(AssertionError, ConnectionError):  # nobody hears it, and all will see
                await self._server.gateway.dispatch(
                    "GUILD_MEMBER_ADD", {**member, "guild_id": str(GUILD_ID)}
                )
            if await self._rest():
                return

    async def _pays(self) -> None:
        async with aiohttp.ClientSession() as session:
            for number in count(1):
                while not await self._pay(session, number):
                    await self._rest()
                self.paid += 1
                if await self._rest():
                    return

    async def _pay(self, session: aiohttp.ClientSession, number: int) -> bool:
        asked = {"action": "ADD_BALANCE", "userId": str(OWNER_ID), "amount": "1"}
        sent = json.dumps(asked).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Signature": signed(SECRET, sent),
            "X-Idempotency-Key": f"order {number}",
        }
        try:
            async with session.post(self._url, data=sent, headers=headers) as response:
                answer = await response.json()
        except (aiohttp.ClientError, OSError):
            return False
        assert response.status in (200, 429, 503), answer
        return response.status == 200

    async def _rest(self) -> bool:
        """Whether it is to stop, after a moment."""
        with suppress(TimeoutError):
            async with asyncio.timeout(0.1):
                await self._stopping.wait()
        return self._stopping.is_set()


async def prepared(url: str, key_file: Path, receiver: Receiver) -> tuple[Emitter, str]:
    """What this test looks with, an endpoint of all events, and a shop's way in."""
    emitter = await Emitter.open(config_for(url, key_file=key_file), SystemClock())
    await choose(emitter, {"economy": {"enabled": True}})
    await subscribe(emitter, receiver)
    return emitter, await let_in(emitter, "ADD_BALANCE", rate=60)


async def chosen(
    server: ModeratingServer, other_shard: ModeratingServer, *, url: str, key_file: Path
) -> dict[str, dict[str, Any]]:
    """The settings of each process, by its name."""
    settings: dict[str, dict[str, Any]] = {}
    for name in commands():
        talks_with = other_shard if name == OTHER else server
        settings[name] = {
            "token": "" if name.startswith("deliver") else TOKEN,
            "api": talks_with.api,
            "gateway": talks_with.gateway_url,
            "url": url,
            "key_file": key_file,
            "port": await free_port("127.0.0.1"),
        }
    return settings


@pytest.mark.long
@pytest.mark.thorough("ten starts of the program; that each part takes over is shown alone")
async def test_each_is_killed_under_load_and_nothing_is_lost(
    postgres_url: str,
    tmp_path: Path,
    server: ModeratingServer,
    other_shard: ModeratingServer,
    receiver: Receiver,
) -> None:
    assert shard_of(GUILD_ID, 2) == 0
    key_file = tmp_path / "herald.key"
    emitter, path = await prepared(postgres_url, key_file, receiver)
    settings = await chosen(server, other_shard, url=postgres_url, key_file=key_file)
    async with crew(tmp_path, settings, emitter.database) as processes:
        for name in settings:
            await processes.start(name)
        alive = await processes.alive(5)
        roles = Counter(role for one in alive for role in one.assignment.roles)
        assert roles == {Role.BOT: 2, Role.DELIVER: 2, Role.WEB: 1}
        await server.gateway.until(lambda: bool(server.gateway.chunked))
        await server.use("tempban", user=Person(OTTER), duration="1h")
        load = Load(server, f"http://127.0.0.1:{settings['web']['port']}{path}")
        load.start()
        for name in ("deliver-0", "deliver-1", "web", OTHER):
            await load.more()
            await processes.kill(name)
            await load.more()
            await processes.start(name)
            await processes.alive(5)
        await owner_killed(processes, emitter, server)
        await load.more()
        await load.stop()
        await everybody_known(emitter, load.joined)
        await drained(emitter.database)
        assert {
            name: done.code for name, done in (await processes.stop()).items()
        } == dict.fromkeys(settings, 0)
    await judged(emitter.database, receiver, acknowledged=(), told="a crew of five")
    await judge(emitter, server, other_shard, receiver, load)
    await emitter.close()


async def owner_killed(processes: Crew, emitter: Emitter, server: ModeratingServer) -> None:
    """Of its guild a ban comes to its end meanwhile; another process lifts it, once."""
    await processes.kill(OWNER)
    async with emitter.database.transaction() as tx:
        due = emitter.clock.now() - timedelta(seconds=1)
        await tx.execute(update(moderation_case).values(expires_at=due))
    async with asyncio.timeout(PATIENCE):
        while server.guild.bans:
            await processes.alive(4)
    sessions = len(server.gateway.identified)
    await processes.start(OWNER)
    await server.gateway.until(lambda: len(server.gateway.identified) > sessions)
    await processes.alive(5)


async def everybody_known(emitter: Emitter, joined: list[int]) -> None:
    """Return when whoever joined is known, seen by the gateway or by a comparison."""
    async with asyncio.timeout(PATIENCE):
        while True:
            async with emitter.database.reading() as reading:
                known = set((await reading.execute(select(known_member.c.user_id))).scalars())
            if known >= set(joined):
                return
            await turn()


async def judge(
    emitter: Emitter,
    server: ModeratingServer,
    heir: ModeratingServer,
    receiver: Receiver,
    load: Load,
) -> None:
    """Each fact once, each payment once, each act once."""
    events = [json.loads(one["bytes"]) for one in await rows(emitter.database, body)]
    once(receiver, events)
    joined = Counter(one["data"]["user_id"] for one in events if one["type"] == "member.joined")
    assert set(joined.values()) == {1}
    assert {int(one) for one in joined} == set(load.joined)
    told = Counter(one["type"] for one in events)
    assert (told["member.banned"], told["member.unbanned"], told["case.created"]) == (1, 1, 1)
    assert [*server.calls, *heir.calls].count(UNBAN) == 1
    async with emitter.database.reading() as reading:
        (case,) = (await reading.execute(select(moderation_case))).all()
        wallet = select(account.c.balance).where(account.c.owner_id == OWNER_ID)
        balance = (await reading.execute(wallet)).scalar_one()
    assert case.state == "expired"
    assert balance == load.paid * UNIT
    assert load.paid > 10
    assert [one["bucket"] for one in await rows(emitter.database, gateway_turn)] == [0]
