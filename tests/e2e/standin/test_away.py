"""What a running bot missed, found at its return: by a new session, a resumed one, an outage."""

import asyncio
import json
from collections.abc import AsyncGenerator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.standin.test_run import join, rows, running, settle_in, stopped, subscribe
from tests.support.discord_server import payloads
from tests.support.discord_server.server import DiscordServer
from tests.support.discord_server.world import LOG_PATH
from tests.support.receiver import Receiver

DEADLINE = 10.0
SIGHT = "SELECT members_at FROM guild_sight WHERE members_at IS NOT NULL"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncGenerator[DiscordServer]:
    """With three members besides its owner, and one ban."""
    async with DiscordServer() as server:
        settle_in(tmp_path, server)
        server.world.enter(601, 602, 603)
        server.world.ban(600, "Long ago")
        yield server


@pytest.fixture
async def receiver() -> AsyncGenerator[Receiver]:
    """A receiver on the machine's own clock."""
    async with Receiver() as running:
        yield running
    assert running.refused == []


async def compared(
    server: DiscordServer, folder: Path, looks: int = 1, since: list[Any] | None = None
) -> list[Any]:
    """Return when that many comparisons were made, and the last is stored.

    Asked again after each answer to a command; not after heartbeats, of which discord.py sends
    no more than 110 in a minute.
    """

    def log_was_read() -> bool:
        return sum(one.path == LOG_PATH for one in server.asked) >= looks

    await server.gateway.until(log_was_read)
    async with asyncio.timeout(DEADLINE):
        while (seen := rows(folder, SIGHT)) == (since or []):
            token = await server.slash("webhook", "list")
            await server.gateway.until(partial(was_answered, server, token))
    return seen


def was_answered(server: DiscordServer, token: str) -> bool:
    return any(token in one.path for one in server.asked)


async def new_session(server: DiscordServer) -> None:
    """The session is gone; the same process identifies anew."""
    count = len(server.gateway.identified)
    await server.gateway.invalidate()
    await server.gateway.until(
        lambda: len(server.gateway.identified) > count and server.gateway.connected
    )


async def outage(server: DiscordServer) -> None:
    """The server goes and comes back within one session."""
    await server.gateway.unavailable()
    await server.gateway.caught_up()
    await server.gateway.available()


def told(receiver: Receiver) -> list[tuple[str, str]]:
    """Type and user of each delivery, sorted: one delivered twice is there twice."""
    return sorted((one.type, one.json["data"]["user_id"]) for one in receiver.requests)


def emitted(folder: Path) -> list[tuple[str, str]]:
    """The same of every event that was written, delivered or not."""
    found = [json.loads(row[0]) for row in rows(folder, "SELECT bytes FROM body")]
    return sorted((one["type"], one["data"]["user_id"]) for one in found)


MISSED = [("member.banned", "603"), ("member.joined", "604"), ("member.left", "602")]


@pytest.mark.parametrize("away", [new_session, outage])
@pytest.mark.thorough("a session is lost for good only after a while")
async def test_what_was_missed_is_told_once_by_the_same_process(
    server: DiscordServer, receiver: Receiver, tmp_path: Path, away: Any
) -> None:
    async with running(tmp_path) as process:
        await subscribe(server, receiver)
        first = await compared(server, tmp_path)
        server.world.enter(604)
        server.world.leave(602)
        server.world.ban(603, "Advertising")
        await away(server)
        second = await compared(server, tmp_path, 2, first)
        await receiver.has(3)
        await away(server)
        await compared(server, tmp_path, 3, second)
        done = await stopped(process)
    assert done.code == 0
    assert server.gateway.resumed == []
    assert len(server.gateway.identified) == (3 if away is new_session else 1)
    assert told(receiver) == emitted(tmp_path) == MISSED
    data = {one.type: one.json["data"] for one in receiver.requests}
    joined, left, banned = (data[f"member.{kind}"] for kind in ("joined", "left", "banned"))
    assert (joined["invite_code"], joined["inviter_id"]) == (None, None)
    assert (left["kind"], left["left_at"]) == ("left", None)
    assert banned["source"] == "discord"
    assert (banned["moderator_id"], banned["reason"]) == (str(payloads.OWNER_ID), "Advertising")


@pytest.mark.thorough("a whole process, and what waits in it")
async def test_a_member_list_that_was_lost_with_its_connection_is_asked_for_again(
    server: DiscordServer, receiver: Receiver, tmp_path: Path
) -> None:
    gateway = server.gateway
    async with running(tmp_path) as process:
        await subscribe(server, receiver)
        first = await compared(server, tmp_path)
        server.world.leave(602)
        gateway.loses_requests = True
        await outage(server)
        await gateway.until(lambda: len(gateway.chunked) == 2)
        gateway.loses_requests = False
        await gateway.drop()
        await compared(server, tmp_path, 2, first)
        await receiver.has(1)
        await stopped(process)
    assert (len(gateway.identified), len(gateway.resumed), len(gateway.chunked)) == (1, 1, 3)
    assert told(receiver) == emitted(tmp_path) == [("member.left", "602")]


@pytest.mark.thorough("a whole process, and what waits in it")
async def test_after_an_outage_one_more_does_not_hide_one_fewer(
    server: DiscordServer, receiver: Receiver, tmp_path: Path
) -> None:
    async with running(tmp_path) as process:
        await subscribe(server, receiver)
        first = await compared(server, tmp_path)
        server.world.enter(604)
        server.world.leave(602)
        await outage(server)
        await compared(server, tmp_path, 2, first)
        await receiver.has(2)
        await stopped(process)
    assert told(receiver) == emitted(tmp_path) == MISSED[1:]


@pytest.mark.thorough("a whole process, and what waits in it")
async def test_a_join_that_is_replayed_is_told_once(
    server: DiscordServer, receiver: Receiver, tmp_path: Path
) -> None:
    gateway = server.gateway
    async with running(tmp_path) as process:
        await subscribe(server, receiver)
        await compared(server, tmp_path)
        await join(server, 604)
        await receiver.has(1)
        await gateway.drop()
        for user_id in (604, 605, 605, 606):
            await join(server, user_id)
        await gateway.until(lambda: bool(gateway.resumed) and gateway.connected)
        await receiver.has(3)
        await gateway.caught_up()
        done = await stopped(process)
    assert done.code == 0
    assert (len(gateway.identified), len(gateway.resumed)) == (1, 1)
    wanted = [("member.joined", user_id) for user_id in ("604", "605", "606")]
    assert told(receiver) == emitted(tmp_path) == wanted


async def test_the_first_sight_tells_nothing(
    server: DiscordServer, receiver: Receiver, tmp_path: Path
) -> None:
    server.world.may_list_bans.clear()  # there is somebody to tell before the sight is over
    async with running(tmp_path) as process:
        await subscribe(server, receiver)
        assert rows(tmp_path, SIGHT) == []
        server.world.may_list_bans.set()
        await compared(server, tmp_path)
        done = await stopped(process)
    assert done.code == 0
    known = rows(tmp_path, "SELECT user_id FROM known_member ORDER BY user_id")
    assert known == [(601,), (602,), (603,), (payloads.OWNER_ID,)]
    assert rows(tmp_path, "SELECT user_id FROM known_ban") == [(600,)]
    assert told(receiver) == emitted(tmp_path) == []


@pytest.mark.thorough("a whole process, and what waits in it")
async def test_a_ban_list_that_is_refused_says_nothing_about_bans(
    server: DiscordServer, receiver: Receiver, tmp_path: Path
) -> None:
    async with running(tmp_path) as process:
        await subscribe(server, receiver)
        first = await compared(server, tmp_path)
        server.world.bans_status = 403
        del server.world.bans[600]
        server.world.ban(607, "Never a member")
        server.world.enter(604)
        await new_session(server)
        await compared(server, tmp_path, 2, first)
        await receiver.has(1)
        done = await stopped(process)
    assert done.code == 0
    assert told(receiver) == emitted(tmp_path) == [("member.joined", "604")]
    assert rows(tmp_path, "SELECT user_id FROM known_ban") == [(600,)]
    (line,) = [line for line in done.err if "members.not_seen" in line]
    assert "bans" in line
    assert "403" in line
