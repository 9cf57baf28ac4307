"""`herald run` as people start it, against a server that speaks Discord's protocol."""

import json
import re
import signal
import sqlite3
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.client import intents_of
from bot.config import Config
from bot.wiring import FEATURES
from tests.e2e.cli.program import Ended, Herald, begin, ended
from tests.support.discord_server import payloads
from tests.support.discord_server.server import TOKEN, DiscordServer
from tests.support.receiver import Receiver

SETTINGS = """\
[discord]
token = "{token}"
api_base = "{api}"
gateway_url = "{gateway}"

[guard]
allow_networks = ["127.0.0.0/8"]
allow_http = true

[members]
leave_hold_seconds = 0.1
"""
INTENTS = intents_of(Config(), FEATURES).value


def settle_in(folder: Path, server: DiscordServer, *, token: str = TOKEN, more: str = "") -> None:
    """Write the settings that name the server."""
    text = SETTINGS.format(token=token, api=server.api, gateway=server.gateway_url)
    (folder / "config.toml").write_text(text.replace("[guard]", f"{more}\n[guard]", 1))


@asynccontextmanager
async def running(folder: Path, *, installed: bool = False) -> AsyncGenerator[Herald]:
    """The bot's process; ended by force where the test did not end it."""
    process = await begin(folder, "run", installed=installed)
    try:
        yield process
    except BaseException:
        if process.returncode is None:
            process.kill()
        sys.stderr.write("\n".join((await ended(process)).err))  # shown beside the failure
        raise


async def stopped(process: Herald) -> Ended:
    process.send_signal(signal.SIGTERM)
    return await ended(process)


async def join(server: DiscordServer, user_id: int) -> int:
    """Somebody joins; the event's number in the session."""
    joined = payloads.member(user_id, f"otter_{user_id}")
    return await server.gateway.dispatch(
        "GUILD_MEMBER_ADD", {**joined, "guild_id": str(payloads.GUILD_ID)}
    )


async def subscribe(server: DiscordServer, receiver: Receiver) -> None:
    """Use `/webhook create`, and take the secret from its answer."""
    await server.gateway.until(lambda: bool(server.gateway.chunked))
    token = await server.slash(
        "webhook", "create", name="backend", url=receiver.url(), events="member.*"
    )
    found = re.search(r"whsec_[\w-]+", await server.said(token))
    assert found is not None
    receiver.secret = found[0]


def who(receiver: Receiver) -> list[str]:
    """The users of the events that came with a right signature."""
    assert {one.type for one in receiver.requests} <= {"member.joined"}
    return [one.json["data"]["user_id"] for one in receiver.requests]


def rows(folder: Path, statement: str) -> list[Any]:
    with sqlite3.connect(folder / "herald.db") as raw:
        found = raw.execute(statement).fetchall()
    raw.close()
    return found


@pytest.fixture
async def server() -> AsyncGenerator[DiscordServer]:
    async with DiscordServer() as server:
        yield server


@pytest.fixture
async def receiver() -> AsyncGenerator[Receiver]:
    """A receiver on the machine's own clock."""
    async with Receiver() as running:
        yield running
    assert running.refused == []


@pytest.mark.thorough("a session of minutes of the clock")
async def test_a_session_from_login_to_a_clean_stop(
    server: DiscordServer, receiver: Receiver, tmp_path: Path
) -> None:
    settle_in(tmp_path, server)
    async with running(tmp_path, installed=True) as process:
        await subscribe(server, receiver)
        await join(server, 501)
        await receiver.has(1)
        done = await stopped(process)
    gateway = server.gateway
    assert (done.code, done.sentences) == (0, [])
    assert TOKEN not in "\n".join(done.err)
    assert [(one["token"], one["intents"]) for one in gateway.identified] == [(TOKEN, INTENTS)]
    assert gateway.paths == ["/gateway"]
    assert gateway.queries[0]["compress"] == "zlib-stream"
    assert gateway.closed_with == [1000]
    assert gateway.heartbeats >= 1
    assert gateway.chunked[0]["guild_id"] == payloads.GUILD_ID
    assert any("discord.standin_used" in line and server.api in line for line in done.err)
    synced = [one for one in server.asked if one.method == "PUT"]
    assert "webhook" in {command["name"] for command in synced[0].body}
    assert who(receiver) == ["501"]


async def test_a_lost_connection_is_resumed_and_nothing_is_missed_or_told_twice(
    server: DiscordServer, receiver: Receiver, tmp_path: Path
) -> None:
    settle_in(tmp_path, server)
    gateway = server.gateway
    async with running(tmp_path) as process:
        await subscribe(server, receiver)
        seen = await join(server, 501)
        await gateway.caught_up()
        await gateway.drop()
        missed = [await join(server, 502), await join(server, 503)]
        await gateway.until(lambda: bool(gateway.resumed) and gateway.connected)
        await receiver.has(3)
        done = await stopped(process)
    assert done.code == 0
    assert [one["seq"] for one in gateway.resumed] == [seen]
    assert missed == [seen + 1, seen + 2]
    assert gateway.resumed[0]["session_id"] == "session-1"
    assert gateway.resumed[0]["token"] == TOKEN
    assert gateway.paths == ["/gateway", "/resume"]
    assert len(gateway.identified) == 1
    assert sorted(who(receiver)) == ["501", "502", "503"]


@pytest.mark.thorough("discord.py waits before a new session")
async def test_an_invalid_session_begins_a_new_one(
    server: DiscordServer, receiver: Receiver, tmp_path: Path
) -> None:
    settle_in(tmp_path, server)
    gateway = server.gateway
    async with running(tmp_path) as process:
        await subscribe(server, receiver)
        await gateway.invalidate()
        await gateway.until(lambda: len(gateway.chunked) == 2)
        await join(server, 504)
        await receiver.has(1)
        done = await stopped(process)
    assert done.code == 0
    assert [one["token"] for one in gateway.identified] == [TOKEN, TOKEN]
    assert gateway.resumed == []
    # discord.py's own address for a new session is Discord's: it must come here all the same.
    assert gateway.paths == ["/gateway", "/gateway"]
    assert who(receiver) == ["504"]


async def test_the_gateway_is_the_one_of_the_settings_for_a_fixed_number_of_shards(
    server: DiscordServer, tmp_path: Path
) -> None:
    settle_in(tmp_path, server, more="shard_count = 1")
    async with running(tmp_path) as process:
        await server.gateway.until(lambda: server.gateway.connected)
        done = await stopped(process)
    assert done.code == 0
    assert "gateway/bot" not in {one.path for one in server.asked}


async def test_without_a_gateway_of_its_own_the_settings_must_name_one(
    server: DiscordServer, tmp_path: Path
) -> None:
    settle_in(tmp_path, server)
    text = (tmp_path / "config.toml").read_text().replace("gateway_url", "#gateway_url")
    (tmp_path / "config.toml").write_text(text)
    async with running(tmp_path) as process:
        done = await ended(process)
    assert done.code == 2
    (sentence,) = done.sentences
    assert "discord.gateway_url" in sentence
    assert "wss://gateway.discord.gg" in sentence


async def test_a_wrong_token_is_told(server: DiscordServer, tmp_path: Path) -> None:
    settle_in(tmp_path, server, token="not-this-one")
    async with running(tmp_path) as process:
        done = await ended(process)
    assert done.code == 2
    assert "Discord refuses discord.token" in done.sentences[0]
    assert server.gateway.identified == []


async def test_intents_that_are_not_ticked_are_told(tmp_path: Path) -> None:
    async with DiscordServer(flags=0) as server:
        settle_in(tmp_path, server)
        async with running(tmp_path) as process:
            done = await ended(process)
    assert done.code == 2
    assert "tick “Server Members Intent”" in done.sentences[0]
    assert len(server.gateway.identified) == 1  # not tried again and again


async def test_what_was_told_right_before_a_stop_is_sent_at_the_next_start(
    server: DiscordServer, receiver: Receiver, tmp_path: Path
) -> None:
    settle_in(tmp_path, server)
    everybody = {str(number) for number in range(601, 621)}
    async with running(tmp_path) as process:
        await subscribe(server, receiver)
        for user_id in everybody:
            await join(server, int(user_id))
        await server.gateway.caught_up()
        first = await stopped(process)
    bodies = [json.loads(row[0]) for row in rows(tmp_path, "SELECT bytes FROM body")]
    assert len(bodies) == len(everybody)
    assert {body["data"]["user_id"] for body in bodies} == everybody
    async with running(tmp_path) as process:
        await server.gateway.until(lambda: len(server.gateway.chunked) == 2)
        await receiver.until(lambda: set(who(receiver)) == everybody)
        second = await stopped(process)
    assert (first.code, second.code) == (0, 0)
    assert set(receiver.ids()) == {body["id"] for body in bodies}
