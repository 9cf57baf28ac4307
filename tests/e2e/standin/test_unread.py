"""What discord.py cannot parse: one event of any kind, part of a server, and READY itself."""

import asyncio
import re
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from discord.http import Route
from discord.state import ConnectionState
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.app import App
from bot.clock import ManualClock
from bot.commands.discord_session import stay_connected
from bot.config import Config, DiscordConfig, WebConfig
from bot.errors import HeraldError
from tests.e2e.standin.test_run import join, running, settle_in, stopped, subscribe
from tests.support.discord_server import payloads
from tests.support.discord_server.server import TOKEN, DiscordServer
from tests.support.discord_server.world import World
from tests.support.emitter_setup import add_endpoint, config_for, joined
from tests.support.patience import PATIENCE
from tests.support.receiver import Receiver

SAID = "what somebody said in confidence"
KINDS = [name[6:].upper() for name in dir(ConnectionState) if name.startswith("parse_")]
SESSION = {"READY", "RESUMED"}
ODD_CHANNEL: dict[str, Any] = {"id": "4711", "type": 0, "name": SAID, "permission_overwrites": []}


class OddWorld(World):
    """Discord has changed: a channel without a position, a thread of nothing, nobody's member."""

    def guild(self, permissions: int) -> dict[str, Any]:
        told = super().guild(permissions)
        return {**told, "channels": [ODD_CHANNEL, *told["channels"]], "threads": [{"name": SAID}]}

    def everybody(self) -> list[Any]:
        return [*super().everybody(), {"nick": SAID}]


@pytest.fixture
async def server() -> AsyncGenerator[DiscordServer]:
    async with DiscordServer(world=OddWorld()) as server:
        yield server


@pytest.fixture
async def receiver() -> AsyncGenerator[Receiver]:
    async with Receiver() as running:
        yield running
    assert running.refused == []


async def test_an_event_that_makes_no_sense_costs_neither_connection_nor_server(
    server: DiscordServer, receiver: Receiver, tmp_path: Path
) -> None:
    settle_in(tmp_path, server)
    gateway = server.gateway
    guild_id = str(payloads.GUILD_ID)
    async with running(tmp_path) as process:
        await subscribe(server, receiver)  # served, odd as it is
        odd = {**ODD_CHANNEL, "guild_id": guild_id}
        for _ in range(2):
            await gateway.dispatch("CHANNEL_CREATE", odd)
        for kind in sorted(set(KINDS) - SESSION):
            await gateway.dispatch(kind, {"guild_id": guild_id, "content": SAID})
        await join(server, 501)
        await receiver.has(1)
        done = await stopped(process)
    assert len(KINDS) > 60
    assert (done.code, done.sentences) == (0, [])
    assert (len(gateway.identified), gateway.resumed) == (1, [])
    assert [one.json["data"]["user_id"] for one in receiver.requests] == ["501"]
    log = "\n".join(done.err)
    assert SAID not in log
    unread = [line for line in done.err if "gateway.event_unread" in line]
    (channel,) = [line for line in unread if "CHANNEL_CREATE" in line and "position" in line]
    assert guild_id in channel
    (created,) = [line for line in unread if "GUILD_CREATE" in line and "channels" in line]
    assert re.search(r"channels\W+1\b.*threads\W+1\b", created)
    (members,) = [line for line in unread if "GUILD_MEMBERS_CHUNK" in line and "members" in line]
    assert guild_id in members


@pytest.fixture
def config(sqlite_url: str, server: DiscordServer, monkeypatch: pytest.MonkeyPatch) -> Config:
    """The settings that name the server; its address is of the whole process."""
    monkeypatch.setattr(Route, "BASE", Route.BASE)  # to be put back
    section = DiscordConfig(
        token=SecretStr(TOKEN), api_base=server.api, gateway_url=server.gateway_url
    )
    web = WebConfig(enabled=False)
    return config_for(sqlite_url).model_copy(update={"discord": section, "web": web})


async def _paused(session: asyncio.Task[None], logs: list[Any], times: int) -> None:
    """Return once the session has broken so often, and the pause after it has begun."""
    async with asyncio.timeout(PATIENCE):
        while sum(one["event"] == "discord.session_broken" for one in logs) < times:
            await asyncio.wait((session,), timeout=0.01)
            assert not session.done()


async def test_a_session_that_cannot_begin_is_tried_again_with_growing_pauses(
    server: DiscordServer, config: Config, clock: ManualClock
) -> None:
    gateway = server.gateway
    gateway.withheld = {"user"}
    app = await App.open(config, clock)
    await app.start()
    session = asyncio.create_task(stay_connected(app, config, TOKEN, clock))
    try:
        with capture_logs() as logs:
            await _paused(session, logs, 1)
            assert not app.client.is_connected
            async with Receiver(clock=clock) as receiver:
                await add_endpoint(app.emitter, receiver.url(), secret=receiver.secret)
                await app.emitter.outbox.record(joined(clock))
                await receiver.has(1)  # deliveries go on meanwhile
            clock.advance(5.0)
            await _paused(session, logs, 2)
            gateway.withheld = set()
            clock.advance(9.0)
            assert len(gateway.identified) == 2
            clock.advance(1.0)
            await gateway.until(lambda: bool(gateway.chunked))
        broken = [one for one in logs if one["event"] == "discord.session_broken"]
        assert [(one["kind"], one["retry_in"]) for one in broken] == [
            ("KeyError", 5.0),
            ("KeyError", 10.0),
        ]
        assert [one["type"] for one in logs if one["event"] == "gateway.event_unread"][:2] == [
            "READY",
            "READY",
        ]
        assert len(gateway.identified) == 3
        assert not session.done()
        await app.client.close()
        await session
    finally:
        session.cancel()
        await app.client.close()
        await app.stop()


async def test_a_frame_that_is_no_event_breaks_a_session_and_not_the_run(
    server: DiscordServer, config: Config, clock: ManualClock
) -> None:
    gateway = server.gateway
    app = await App.open(config, clock)
    await app.start()
    session = asyncio.create_task(stay_connected(app, config, TOKEN, clock))
    try:
        with capture_logs() as logs:
            await gateway.until(lambda: len(gateway.chunked) == 1)
            await gateway.drop(garbled=SAID)
            await _paused(session, logs, 1)
            clock.advance(5.0)
            await gateway.until(lambda: len(gateway.chunked) == 2)
        assert SAID not in str([one for one in logs if one["event"] == "discord.session_broken"])
        assert not session.done()
        await app.client.close()
        await session
    finally:
        session.cancel()
        await app.client.close()
        await app.stop()


async def test_a_token_that_is_taken_back_meanwhile_ends_the_tries(
    server: DiscordServer, config: Config, clock: ManualClock
) -> None:
    gateway = server.gateway
    gateway.withheld = {"user"}
    app = await App.open(config, clock)
    await app.start()
    session = asyncio.create_task(stay_connected(app, config, TOKEN, clock))
    try:
        with capture_logs() as logs:
            await _paused(session, logs, 1)
            server.trouble = 401
            clock.advance(5.0)
            with pytest.raises(Exception, match="Improper token") as caught:
                await asyncio.wait_for(session, 20)
        assert not isinstance(caught.value, HeraldError)
    finally:
        session.cancel()
        await app.client.close()
        await app.stop()
