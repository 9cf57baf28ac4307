"""Killed while a lockdown begins and while it ends: every channel says what it said before.

Discord outlives the bot: it is the small server of these tests, which kills it half-way.
"""

import asyncio
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from bot.features.raids.tables import lock, raid
from tests.chaos.cases_bot import Orders
from tests.chaos.cases_life import Kill
from tests.chaos.protections_life import NewUrl, ProtectedLives, receiver, server
from tests.chaos.seeded import MANY
from tests.support.discord_server import payloads
from tests.support.discord_server.payloads import GUILD_ID, OWNER_ID
from tests.support.discord_server.room_server import SEND, RoomServer
from tests.support.loops import turn
from tests.support.patience import PATIENCE
from tests.support.receiver import Receiver

__all__ = ["receiver", "server"]

pytestmark = pytest.mark.chaos

ROOMS = range(4_300_000_000_000_000_001, 4_300_000_000_000_000_004)
SAID = rf"(PUT|DELETE) channels/{ROOMS[1]}/permissions/"
VIEW, FILES = 1 << 10, 1 << 15

WALKS: list[tuple[Kill, Kill]] = [((SAID, "done"), (SAID, "done"))]
MORE_WALKS: list[tuple[Kill, Kill]] = [
    ((SAID, "before"), (SAID, "before")),
    ((SAID, "told"), (SAID, "told")),
    ((rf"PUT channels/{ROOMS[0]}", "before"), (rf"channels/{ROOMS[2]}/permissions", "done")),
]


def furnish(server: RoomServer) -> dict[int, Any]:
    """Three rooms, each with other words about everybody; what they say."""
    plain = payloads.guild(0)["channels"][0]
    mine = {"id": str(GUILD_ID), "type": 0, "allow": str(VIEW | SEND | FILES), "deny": "0"}
    seen = {**mine, "allow": str(VIEW)}
    others = {"id": str(OWNER_ID), "type": 1, "allow": str(SEND), "deny": "0"}
    for number, said in zip(ROOMS, ([mine], [seen], [others, mine]), strict=True):
        about = {"id": str(number), "guild_id": str(GUILD_ID), "permission_overwrites": said}
        server.guild.rooms[number] = {**plain, **deepcopy(about)}
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
    lives, before = ProtectedLives(orders, server), furnish(server)

    async def locked() -> None:
        """What was begun before is done: there is something to put back everywhere."""
        async with asyncio.timeout(PATIENCE):
            while any(said_in(server)[room] == before[room] for room in ROOMS):
                await turn()

    chosen = {"lockdown": True, "enabled": True, "cooldown_seconds": 86_400}
    await lives.prepare(receiver, {"raids": chosen}, "security.raid_detected")
    await lives.died(kills[0], lambda: server.begin("antiraid start"))
    await lives.died(kills[1], lambda: server.begin("antiraid end"), after=locked)
    await lives.recovered()
    assert said_in(server) == before
    (row,), locks = await lives.rows(raid, lock)
    assert (row["state"], row["due_at"]) == ("ended", None)
    assert {one["state"] for one in locks if one["channel_id"] in ROOMS} == {"restored"}
    assert [one["type"] for one in await lives.events(receiver)] == ["security.raid_detected"]
