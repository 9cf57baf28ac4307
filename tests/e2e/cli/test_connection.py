"""`herald run` between Discord and a signal: refusals in words, and a clean stop."""

import asyncio
import gc
import sqlite3
from collections.abc import Callable, Generator
from contextlib import suppress

import discord
import pytest
from aiohttp import ClientConnectorError, ClientSession
from discord.http import Route
from pydantic import SecretStr

from bot.clock import ManualClock
from bot.commands import discord_errors, discord_wait
from bot.commands.event_loop import ALLOCATIONS_BETWEEN_COLLECTIONS, Stop
from bot.commands.run import serve
from bot.config import Config, DiscordConfig
from bot.errors import HeraldError
from tests.e2e.cli.standin import StandIn
from tests.support.emitter_setup import config_for
from tests.support.patience import PATIENCE

TOKEN = "a-token-of-the-test"
PORTAL = "https://discord.com/developers/applications"


@pytest.fixture
def start(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> Generator[Callable[[StandIn], tuple[Config, Stop]]]:
    """The settings that name the stand-in, and the stop of one start."""

    def pointed(standin: StandIn) -> tuple[Config, Stop]:
        monkeypatch.setattr(Route, "BASE", Route.BASE)  # to be put back
        config = config_for(sqlite_url)
        section = DiscordConfig(token=SecretStr(TOKEN), message_content=True, api_base=standin.api)
        return config.model_copy(update={"discord": section}), Stop(lambda: None)

    thresholds = gc.get_threshold()
    yield pointed
    gc.set_threshold(*thresholds)
    gc.unfreeze()


Start = Callable[[StandIn], tuple[Config, Stop]]


async def test_a_signal_closes_the_gateway_and_then_everything(
    start: Start, sqlite_url: str
) -> None:
    async with StandIn(token=TOKEN) as standin:
        config, stop = start(standin)
        serving = asyncio.create_task(serve(config, TOKEN, stop))
        identified = asyncio.create_task(standin.identified.wait())
        async with asyncio.timeout(PATIENCE):
            await asyncio.wait((serving, identified), return_when=asyncio.FIRST_COMPLETED)
            stop.asked.set()
            assert await serving == 0
    assert identified.done()
    assert gc.get_threshold() == ALLOCATIONS_BETWEEN_COLLECTIONS
    assert standin.closed_with == 1000
    # Nobody holds the file any more.
    with sqlite3.connect(f"{sqlite_url.removeprefix('sqlite:///')}.lock", timeout=0) as lock:
        lock.execute("BEGIN EXCLUSIVE")
    lock.close()


async def test_a_wrong_token_is_told(start: Start) -> None:
    async with StandIn(token="another") as standin:
        config, stop = start(standin)
        with pytest.raises(HeraldError, match=f"refuses discord.token: .*{PORTAL}"):
            await serve(config, TOKEN, stop)


async def test_missing_intents_are_named(start: Start) -> None:
    async with StandIn(token=TOKEN, refuses=4014) as standin:
        config, stop = start(standin)
        with pytest.raises(HeraldError) as caught:
            await serve(config, TOKEN, stop)
    sentence = str(caught.value)
    assert "“Server Members Intent” and “Message Content Intent”" in sentence
    assert PORTAL in sentence


async def test_a_token_that_is_taken_back_is_told(start: Start) -> None:
    async with StandIn(token=TOKEN, refuses=4004) as standin:
        config, stop = start(standin)
        with pytest.raises(HeraldError, match=r"refuses discord\.token"):
            await serve(config, TOKEN, stop)


@pytest.mark.thorough("a program started for one refusal")
async def test_another_refusal_gives_its_status(start: Start) -> None:
    async with StandIn(token=TOKEN, trouble=403) as standin:
        config, stop = start(standin)
        with pytest.raises(HeraldError, match="HTTP 403"):
            await serve(config, TOKEN, stop)


async def test_a_signal_stops_the_wait_for_a_network(
    start: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    async with StandIn(token=TOKEN) as gone:
        config, stop = start(gone)
    serving = asyncio.create_task(serve(config, TOKEN, stop))
    async with asyncio.timeout(PATIENCE):
        # The sentence is on the terminal before the wait for the next try begins.
        seen = ""
        while "cannot be reached" not in seen:
            await asyncio.wait((serving,), timeout=0.05)
            seen += capsys.readouterr().err
        stop.asked.set()
        assert await serving == 0
    assert "Herald tries again by itself" in seen


async def test_the_first_failure_is_told_and_the_way_is_found(clock: ManualClock) -> None:
    async with StandIn(token=TOKEN) as gone:
        api = gone.base
    told: list[BaseException] = []
    failed = asyncio.Event()

    def tell(error: BaseException) -> None:
        told.append(error)
        failed.set()

    waiting = asyncio.create_task(discord_wait.reached(clock, tell, api=api))
    async with asyncio.timeout(PATIENCE):
        await failed.wait()
        clock.jump()
        while clock.next_due() is None:  # the second try has failed too
            await asyncio.wait((waiting,), timeout=0.01)
    waiting.cancel()
    with suppress(asyncio.CancelledError):
        await waiting
    assert len(told) == 1
    assert "cannot be reached" in discord_errors.unreachable(told[0], Config())


async def test_no_connection_is_worded() -> None:
    async with StandIn(token=TOKEN) as gone:
        url = gone.base
    async with ClientSession() as session:
        with pytest.raises(ClientConnectorError) as caught:
            await session.get(url)
    sentence = discord_errors.sentence_of(caught.value, Config())
    assert sentence is not None
    assert "check this machine's network" in sentence


def test_without_message_content_one_intent_is_named() -> None:
    sentence = discord_errors.sentence_of(discord.PrivilegedIntentsRequired(0), Config())
    assert sentence is not None
    assert "“Server Members Intent”" in sentence
    assert "Message Content" not in sentence


def test_trouble_at_discord_is_not_blamed_on_the_settings() -> None:
    sentence = discord_errors.sentence_of(discord.GatewayNotFound(), Config())
    assert sentence is not None
    assert "discordstatus.com" in sentence


def test_a_bug_gets_no_sentence() -> None:
    assert discord_errors.sentence_of(KeyError("x"), Config()) is None
