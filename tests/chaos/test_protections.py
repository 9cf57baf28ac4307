"""Killed while a nuke is answered, a shared case is taken over, a hit is dealt with: done once.

Discord outlives the bot: it is the small server of these tests, which kills it half-way.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from discord.utils import time_snowflake

from bot.features.cases.store import table as moderation_case
from bot.features.network import hit_store
from bot.features.network import store as report_store
from bot.features.network.tables import network_hit, network_search
from bot.features.nukes.tables import nuke
from bot.features.nukes.tables import repair as nuke_repair
from bot.features.sync import share_store
from bot.features.sync import store as sync_store
from bot.features.sync.tables import membership, share
from bot.sanctions import CaseFact
from tests.chaos.cases_bot import Orders
from tests.chaos.cases_life import OTTER, Kill
from tests.chaos.protections_life import NewUrl, ProtectedLives, receiver, server
from tests.chaos.seeded import MANY
from tests.support.discord_server.payloads import GUILD_ID
from tests.support.discord_server.populated_guild import QUARANTINE, UNBAN
from tests.support.discord_server.room_server import RoomServer
from tests.support.discord_server.world import BAN
from tests.support.receiver import Receiver

__all__ = ["receiver", "server"]

ENGINES = ["sqlite", *(["postgresql"] if MANY else [])]
pytestmark = [
    pytest.mark.chaos,
    pytest.mark.thorough("minutes of starts and kills; cases show how one is killed"),
    pytest.mark.parametrize("new_url", ENGINES, indirect=True),
]

Rows = Sequence[Mapping[str, Any]]

VICTIMS = range(701, 706)
AFAR = (GUILD_ID + 1, GUILD_ID + 2)
GIVEN = rf"PUT guilds/\d+/members/{OTTER}/roles/{QUARANTINE}"
LIFTED = rf"DELETE guilds/\d+/bans/{VICTIMS[2]}"
BANNED = rf"PUT guilds/\d+/bans/{OTTER}"

NUKES: list[tuple[Kill, Kill]] = [((GIVEN, "done"), (LIFTED, "done"))]
MORE_NUKES: list[tuple[Kill, Kill]] = [
    ((GIVEN, "before"), (LIFTED, "before")),
    ((GIVEN, "told"), (LIFTED, "told")),
]
BANS: list[Kill] = [(BANNED, "done")]
MORE_BANS: list[Kill] = [(BANNED, "before"), (BANNED, "told")]


@pytest.fixture
async def lives(new_url: NewUrl, tmp_path: Path, server: RoomServer) -> ProtectedLives:
    server.guild.enter(OTTER)
    key_file = str(tmp_path / "herald.key")
    return ProtectedLives(Orders(await new_url(), key_file, server.api, server.gateway_url), server)


async def ban_all(server: RoomServer) -> None:
    """The otter bans everybody; the log tells."""
    now = time_snowflake(datetime.now(UTC))
    for number, victim in enumerate(VICTIMS):
        server.guild.names[victim] = f"otter_{victim}"
        server.guild.bans[victim] = {"user": server.guild.account(victim), "reason": None}
        entry = {"id": str(now + number), "user_id": str(OTTER), "target_id": str(victim)}
        about = {"action_type": BAN, "guild_id": str(GUILD_ID)}
        await server.gateway.dispatch("GUILD_AUDIT_LOG_ENTRY_CREATE", {**entry, **about})


def told_by_discord(server: RoomServer, kind: int) -> list[str]:
    """Whom the bot did that to, by Discord's own log."""
    found = server.guild.log({"action_type": str(kind), "limit": "100"})["audit_log_entries"]
    return sorted(one["target_id"] for one in found)


def taking_effect(cases: Rows) -> Rows:
    """One that died before Discord was asked is void, and another was ordered in its place."""
    return [one for one in cases if one["state"] != "void"]


@pytest.mark.parametrize("kills", [*NUKES, *(MORE_NUKES if MANY else [])])
async def test_killed_while_it_stops_somebody_and_while_it_puts_back(
    lives: ProtectedLives, server: RoomServer, receiver: Receiver, kills: tuple[Kill, Kill]
) -> None:
    choices = {"cases": {"quarantine_role_id": QUARANTINE}, "nukes": {"enabled": True}}
    await lives.prepare(receiver, choices, "security.nuke_detected")
    await lives.died(kills[0], lambda: ban_all(server))
    await lives.died(kills[1])
    await lives.recovered()
    assert server.guild.bans == {}
    assert told_by_discord(server, UNBAN) == [str(one) for one in VICTIMS]
    assert str(QUARANTINE) in server.guild.members[OTTER]["roles"]
    (row,), repairs, cases = await lives.rows(nuke, nuke_repair, moderation_case)
    assert (row["due_at"], row["taken"]) == (None, "quarantine")
    assert {one["state"] for one in repairs} == {"done"}
    theirs = [one for one in taking_effect(cases) if one["user_id"] == OTTER]
    assert [one["state"] for one in theirs] == ["active"]
    (told,) = await lives.events(receiver)
    assert told["data"]["reverted"] is True


@pytest.mark.parametrize("kill", [*BANS, *(MORE_BANS if MANY else [])])
async def test_killed_while_it_takes_over_what_another_server_did(
    lives: ProtectedLives, server: RoomServer, receiver: Receiver, kill: Kill
) -> None:
    switched = {"sync": {"enabled": True}}
    await lives.prepare(receiver, switched, "case.*")
    await lives.prepare(receiver, switched, guild_id=AFAR[0])
    emitter = await lives.opened()
    now = emitter.clock.now()
    async with emitter.database.transaction() as tx:
        network_id = await sync_store.found(tx, AFAR[0], "Harbours", now)
        await sync_store.join(tx, network_id, GUILD_ID, now)
        await tx.execute(membership.update().values(sends="ban", takes="ban"))
        fact = CaseFact(AFAR[0], 1, "ban", OTTER, "Advertising", "bot", None)
        takers = await sync_store.of_guild(tx, GUILD_ID)
        await share_store.add(tx, fact, takers, now)
    await emitter.close()
    await lives.died(kill)
    await lives.recovered()
    (row,), cases = await lives.rows(share, moderation_case)
    (case,) = taking_effect(cases)
    assert (row["state"], row["case_number"]) == ("done", case["number"])
    assert (case["state"], case["source"]) == ("active", "sync")
    assert told_by_discord(server, BAN) == [str(OTTER)]
    assert [one["type"] for one in await lives.events(receiver)] == ["case.created"]


@pytest.mark.parametrize("kill", [*BANS, *(MORE_BANS if MANY else [])])
async def test_killed_while_it_deals_with_somebody_whom_the_network_knows(
    lives: ProtectedLives, server: RoomServer, receiver: Receiver, kill: Kill
) -> None:
    choices = {"network": {"enabled": True, "severe": "ban", "serious": "ban", "watch": "ban"}}
    await lives.prepare(receiver, choices, "case.*", "network.hit")
    emitter = await lives.opened()
    now = emitter.clock.now()
    async with emitter.database.transaction() as tx:
        for guild_id in AFAR:
            about = {"user_id": OTTER, "username": "otter", "reporter_id": 1, "evidence": "Seen"}
            said = {"reporter_name": "warden", "category": "scam", "severity": "high"}
            values = {**about, **said, "guild_id": guild_id, "state": "approved"}
            await report_store.add(tx, (), created_at=now, decided_at=now, **values)
        await hit_store.add_searches(tx, [(GUILD_ID, OTTER)], now)
    await emitter.close()
    await lives.died(kill)
    await lives.recovered()
    (row,), searches, cases = await lives.rows(network_hit, network_search, moderation_case)
    (case,) = taking_effect(cases)
    assert searches == []
    assert (row["state"], row["case_number"]) == ("done", case["number"])
    assert case["state"] == "active"
    assert told_by_discord(server, BAN) == [str(OTTER)]
    kinds = sorted(one["type"] for one in await lives.events(receiver))
    assert kinds == ["case.created", "network.hit"]
