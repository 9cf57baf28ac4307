"""Killed while a lockdown begins and while it ends: every channel says what it said before.

Discord outlives the bot: it is the small server of these tests, which kills it half-way.
"""

import json
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.acts import Actor
from bot.clock import SystemClock
from bot.delivery.emitter import Emitter
from bot.features.audit.service import AuditService
from bot.features.raids.settings import RaidsSettings
from bot.features.raids.tables import lock, raid
from bot.features.settings.service import SettingsService
from bot.outbox.tables import body
from bot.storage.database import Database
from tests.chaos.cases_bot import Orders, config_of
from tests.chaos.cases_life import BOOT, Kill, Life, once
from tests.support.discord_server import payloads
from tests.support.discord_server.moderation_server import Cut
from tests.support.discord_server.payloads import GUILD_ID, OWNER_ID
from tests.support.discord_server.room_server import SEND, RoomServer
from tests.support.emitter_setup import add_endpoint
from tests.support.ledger import sound
from tests.support.receiver import Receiver
from tests.support.rows import rows

pytestmark = pytest.mark.chaos

BOT = "tests.chaos.raids_bot"
MANY = bool(os.environ.get("HERALD_CHAOS"))
LEASE = 75.0  # seconds by which each life is later than the one before
ROOMS = range(4_300_000_000_000_000_001, 4_300_000_000_000_000_004)
SAID = rf"(PUT|DELETE) channels/{ROOMS[1]}/permissions/"
VIEW, FILES = 1 << 10, 1 << 15
NewUrl = Callable[[], Awaitable[str]]

WALKS: list[tuple[Kill, Kill]] = [((SAID, "done"), (SAID, "done"))]
MORE_WALKS: list[tuple[Kill, Kill]] = [
    ((SAID, "before"), (SAID, "before")),
    ((SAID, "told"), (SAID, "told")),
    ((rf"PUT channels/{ROOMS[0]}", "before"), (rf"channels/{ROOMS[2]}/permissions", "done")),
]


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


async def prepare(orders: Orders, server: RoomServer, receiver: Receiver) -> dict[int, Any]:
    """Three rooms, each with other words about everybody, and a webhook; what they say."""
    plain = payloads.guild(0)["channels"][0]
    mine = {"id": str(GUILD_ID), "type": 0, "allow": str(VIEW | SEND | FILES), "deny": "0"}
    seen = {**mine, "allow": str(VIEW)}
    others = {"id": str(OWNER_ID), "type": 1, "allow": str(SEND), "deny": "0"}
    for number, said in zip(ROOMS, ([mine], [seen], [others, mine]), strict=True):
        about = {"id": str(number), "guild_id": str(GUILD_ID), "permission_overwrites": said}
        server.guild.rooms[number] = {**plain, **deepcopy(about)}
    emitter = await Emitter.open(config_of(orders), SystemClock())
    audit = AuditService(emitter.outbox, emitter.clock)
    settings = SettingsService(emitter.database, audit, models=[RaidsSettings])
    keeper = Actor(GUILD_ID, OWNER_ID, "keeper")
    for name in ("lockdown", "enabled"):
        await settings.change(keeper, "raids", name, True)
    await settings.change(keeper, "raids", "cooldown_seconds", 86_400)
    await add_endpoint(
        emitter,
        receiver.url(),
        guild_id=GUILD_ID,
        patterns=("security.raid_detected",),
        secret=receiver.secret,
    )
    await emitter.close()
    return said_in(server)


def said_in(server: RoomServer) -> dict[int, list[Any]]:
    """What every room says of whom."""
    return {
        number: sorted(
            (one["id"], int(one["type"]), int(one["allow"]), int(one["deny"]))
            for one in room["permission_overwrites"]
        )
        for number, room in server.guild.rooms.items()
    }


async def died(orders: Orders, server: RoomServer, command: str, kill: Kill) -> None:
    """A life that does what is left, then is told to do something, and dies of it."""
    server.cut = None
    server.answers.clear()
    async with Life(orders, BOT) as life:
        await life.says("ready", BOOT)
        cut = server.cut = Cut(*kill, life.kill)
        await server.begin(command)
        await server.gateway.until(lambda: cut.done)


@pytest.mark.thorough(
    "minutes of starts and kills; that of a case shows how it is killed",
    but="test_a_lockdown_is_put_back_exactly",
)
@pytest.mark.parametrize("kills", [*WALKS, *(MORE_WALKS if MANY else [])])
async def test_killed_while_it_locks_and_while_it_puts_back(
    new_url: NewUrl,
    tmp_path: Path,
    server: RoomServer,
    receiver: Receiver,
    kills: tuple[Kill, Kill],
) -> None:
    url = await new_url()
    orders = Orders(url, str(tmp_path / "herald.key"), server.api, server.gateway_url)
    before = await prepare(orders, server, receiver)
    await died(orders, server, "antiraid start", kills[0])
    await died(replace(orders, ahead=LEASE), server, "antiraid end", kills[1])
    server.cut = None
    server.answers.clear()
    async with Life(replace(orders, ahead=2 * LEASE, recovers=True), BOT) as life:
        await life.says("ready", BOOT)
        assert (await life.end())[0] == 0
    assert said_in(server) == before
    database = Database(url)
    await database.open()
    (row,), locks = await rows(database, raid), await rows(database, lock)
    events = [json.loads(one["bytes"]) for one in await rows(database, body)]
    await database.close()
    if url.startswith("sqlite"):
        sound(url.removeprefix("sqlite:///"))
    assert (row["state"], row["due_at"]) == ("ended", None)
    assert {one["state"] for one in locks if one["channel_id"] in ROOMS} == {"restored"}
    assert [one["type"] for one in events] == ["security.raid_detected"]
    once(receiver, events)
