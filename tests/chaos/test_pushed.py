"""Killed while an action that a program pushed in is done on Discord: it is done once.

Discord outlives the bot: it is the small server of these tests, which kills it half-way.
"""

import asyncio
import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.features.incoming.signature import signed
from bot.features.incoming.tables import pushed_call
from bot.features.tickets import type_store
from bot.features.tickets.types import TypeChoices
from bot.web.server import free_port
from tests.chaos.cases_life import BOOT, OTTER, Kill, Life
from tests.chaos.preparation import SECRET, let_in
from tests.chaos.protections_life import NewUrl, ProtectedLives, receiver, server
from tests.chaos.pushed_bot import PushedOrders
from tests.chaos.seeded import MANY
from tests.support.discord_server.payloads import GUILD_ID, OWNER_ID
from tests.support.discord_server.populated_guild import FRIEND, LOG_CHANNEL_ID
from tests.support.discord_server.room_server import RoomGuild, RoomServer
from tests.support.receiver import Receiver

__all__ = ["receiver", "server"]

pytestmark = pytest.mark.chaos

CALLS = {
    "OPEN_TICKET": rf"POST guilds/{GUILD_ID}/channels",
    "SEND_MESSAGE": rf"POST channels/{LOG_CHANNEL_ID}/messages",
    "ADD_ROLE": rf"PUT guilds/{GUILD_ID}/members/{OTTER}/roles/{FRIEND}",
}
"""The call of Discord's that each action makes."""
ACTIONS: dict[str, dict[str, Any]] = {
    "OPEN_TICKET": {"userId": str(OWNER_ID), "ticketTypeId": 1},
    "SEND_MESSAGE": {"channelId": str(LOG_CHANNEL_ID), "message": "The shop is open again."},
    "ADD_ROLE": {"userId": str(OTTER), "roleId": str(FRIEND)},
}


async def prepared(lives: ProtectedLives, receiver: Receiver) -> str:
    """An endpoint, a type of ticket, and an incoming webhook; its path."""
    await lives.prepare(receiver, {}, "ticket.*", "security.audit_entry")
    emitter = await lives.opened()
    async with emitter.database.transaction() as tx:
        await type_store.add(tx, GUILD_ID, TypeChoices())
    path = await let_in(emitter, *ACTIONS)
    await emitter.close()
    return path


async def push(url: str, action: str) -> tuple[int, dict[str, Any]]:
    """What is answered to it; its key is its name."""
    sent = json.dumps({"action": action, **ACTIONS[action]}).encode()
    headers = {
        "Content-Type": "application/json",
        "X-Signature": signed(SECRET, sent),
        "X-Idempotency-Key": action,
    }
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=sent, headers=headers) as response,
    ):
        return response.status, await response.json()


@pytest.mark.parametrize("moment", ["done", *(["before", "told"] if MANY else [])])
@pytest.mark.thorough("starts the bot four times; a cut at each await shows the kinds there are")
async def test_killed_at_each_call_of_a_pushed_action(
    new_url: NewUrl, tmp_path: Path, server: RoomServer, receiver: Receiver, moment: Any
) -> None:
    guild, port, key_file = server.guild, await free_port("127.0.0.1"), str(tmp_path / "herald.key")
    guild.enter(OTTER)
    orders = PushedOrders(await new_url(), key_file, server.api, server.gateway_url, port=port)
    lives = ProtectedLives(orders, server, "tests.chaos.pushed_bot")
    url = f"http://127.0.0.1:{port}{await prepared(lives, receiver)}"
    for action, call in CALLS.items():
        guild.ahead = timedelta(seconds=lives.orders.ahead)
        kill: Kill = (call, moment)
        asking = list[asyncio.Task[Any]]()

        async def begin(action: str = action, asking: list[asyncio.Task[Any]] = asking) -> None:
            asking.append(asyncio.create_task(push(url, action)))

        await lives.died(kill, begin)
        with pytest.raises((aiohttp.ClientError, OSError)):
            await asking[0]
    server.cut, guild.ahead = None, timedelta(seconds=lives.orders.ahead)
    async with Life(lives.orders, lives.bot) as life:
        await life.says("ready", BOOT)
        answers = [await push(url, action) for action in CALLS]
        assert (await life.end())[0] == 0
    await judge(lives, guild, receiver, answers)


async def judge(
    lives: ProtectedLives, guild: RoomGuild, receiver: Receiver, answers: list[Any]
) -> None:
    """Each was done once, told once, and answered with what came of it."""
    assert [(status, told["replayed"]) for status, told in answers] == [(200, True)] * 3
    opened, said, _given = (told["result"] for _status, told in answers)
    assert [*guild.rooms] == [int(opened["channelId"])]
    texts = {number: one.get("content") for number, one in guild.lines.items()}
    assert Counter(texts.values())[ACTIONS["SEND_MESSAGE"]["message"]] == 1
    assert texts[int(said["messageId"])] == ACTIONS["SEND_MESSAGE"]["message"]
    assert guild.members[OTTER]["roles"] == [str(FRIEND)]
    (calls,) = await lives.rows(pushed_call)
    assert [(one["state"], one["status"]) for one in calls] == [("done", 200)] * 3
    kinds = Counter(
        one["data"].get("event_type", one["type"]) for one in await lives.events(receiver)
    )
    assert kinds == Counter(["ticket.opened", *(f"incoming.{action.lower()}" for action in CALLS)])
