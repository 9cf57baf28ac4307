"""Killed while tickets are opened, written in, closed and opened again: all is told once.

Each life finds what the last one left, does it, and is killed at the next step. Discord outlives
them: it is the small server of these tests, which kills the bot half-way.
"""

import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.delivery.emitter import Emitter
from bot.features.tickets import type_store
from bot.features.tickets.tables import ticket
from bot.features.tickets.types import TypeChoices
from bot.outbox.tables import body
from bot.storage.database import Database
from tests.chaos.cases_bot import Orders, config_of
from tests.chaos.cases_life import BOOT, Kill, Life, once
from tests.chaos.preparation import choose, subscribe
from tests.chaos.seeded import MANY
from tests.support.discord_server.moderation_server import Cut
from tests.support.discord_server.payloads import GUILD_ID, OWNER_ID
from tests.support.discord_server.populated_guild import LOG_CHANNEL_ID
from tests.support.discord_server.room_server import RoomServer
from tests.support.ledger import sound
from tests.support.receiver import Receiver
from tests.support.rows import rows

pytestmark = pytest.mark.chaos

BOT = "tests.chaos.tickets_bot"
LEASE = 75.0  # seconds by which each life is later than the one before
MADE = rf"POST guilds/{GUILD_ID}/channels"
ALLOWED = r"PUT channels/\d+/permissions/"
LINE = rf"channels/{LOG_CHANNEL_ID}/messages"
ROOM = r"POST channels/1\d{18}/messages"
NewUrl = Callable[[], Awaitable[str]]

Walk = dict[str, Kill]
"""For each act, the call of Discord's at which the bot dies, and whether it was done by then."""

WALKS: list[Walk] = [
    {"open": (MADE, "done"), "close": (ALLOWED, "before"), "reopen": (ALLOWED, "done")},
]
MORE_WALKS: list[Walk] = [
    {"open": (MADE, "before"), "close": (ALLOWED, "done"), "reopen": (ALLOWED, "before")},
    {"open": (MADE, "told"), "close": (f"POST {LINE}", "done"), "reopen": (ALLOWED, "told")},
    {"open": (ROOM, "before"), "close": ("POST users/@me/channels", "before")},
    {"open": (ROOM, "done"), "close": (ALLOWED, "told"), "reopen": (f"PATCH {LINE}", "before")},
    {"close": (f"POST {LINE}", "before"), "reopen": (f"PATCH {LINE}", "done")},
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


async def prepare(orders: Orders, receiver: Receiver) -> None:
    """A type of ticket, a log, and a webhook."""
    emitter = await Emitter.open(config_of(orders), SystemClock())
    await choose(emitter, {"tickets": {"log_channel_id": LOG_CHANNEL_ID}})
    await subscribe(emitter, receiver, "ticket.*")
    async with emitter.database.transaction() as tx:
        await type_store.add(tx, GUILD_ID, TypeChoices())
    await emitter.close()


async def died(orders: Orders, server: RoomServer, act: str, kill: Kill | None) -> None:
    """A life that does what is left, then is told to do something, and dies of it."""
    server.cut = None
    server.answers.clear()
    async with Life(orders, BOT) as life:
        await life.says("ready", BOOT)
        if act == "write":
            (room,) = server.guild.rooms
            await server.write(room, "Where is my boat?")
            await life.kill()
            return
        option = "type" if act == "open" else "number"
        if kill is None:
            await server.use(f"ticket {act}", **{option: 1})
            await life.kill()
            return
        cut = server.cut = Cut(*kill, life.kill)
        await server.begin(f"ticket {act}", **{option: 1})
        await server.gateway.until(lambda: cut.done)


@pytest.mark.long
@pytest.mark.parametrize("walk", [*WALKS, *(MORE_WALKS if MANY else [])])
@pytest.mark.thorough("minutes of starts and kills; that of a case shows how it is killed")
async def test_killed_at_each_act_of_a_ticket(
    new_url: NewUrl, tmp_path: Path, server: RoomServer, receiver: Receiver, walk: Walk
) -> None:
    url, guild = await new_url(), server.guild
    orders = Orders(url, str(tmp_path / "herald.key"), server.api, server.gateway_url)
    await prepare(orders, receiver)
    acts = ("open", "write", "close", "reopen")
    for number, act in enumerate(acts):
        guild.ahead = timedelta(seconds=number * LEASE)
        later = replace(orders, ahead=number * LEASE)
        await died(later, server, act, walk.get(act))
    server.cut, guild.ahead = None, timedelta(seconds=len(acts) * LEASE)
    last = replace(orders, ahead=len(acts) * LEASE, recovers=True)
    async with Life(last, BOT) as life:
        await life.says("ready", BOOT)
        assert (await life.end())[0] == 0
    await judge(url, server, receiver)


async def judge(url: str, server: RoomServer, receiver: Receiver) -> None:
    """One ticket, open in the one room there is, with its card and its line; each event once."""
    database = Database(url)
    await database.open()
    (row,) = await rows(database, ticket)
    events = [json.loads(one["bytes"]) for one in await rows(database, body)]
    await database.close()
    if url.startswith("sqlite"):
        sound(url.removeprefix("sqlite:///"))
    (room,) = server.guild.rooms
    assert (row["state"], row["channel_id"], row["room_duties"]) == ("open", room, None)
    assert server.guild.may_write(room, OWNER_ID)
    assert len(server.guild.lines) == 2
    kinds = [one["type"] for one in events]
    assert kinds == ["ticket.opened", "ticket.message", "ticket.closed", "ticket.reopened"]
    once(receiver, events)
