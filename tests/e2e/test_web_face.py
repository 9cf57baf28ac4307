"""The web face as the composition root joins it, and that an attached Herald has none."""

import asyncio

import discord
from discord.ext import commands

from bot.app import attach
from bot.clock import ManualClock
from bot.config import WebConfig
from tests.support.emitter_setup import config_for
from tests.support.raw_http import ask
from tests.support.simulated import simulated


async def test_ready_while_the_bot_is_connected(sqlite_url: str, clock: ManualClock) -> None:
    async with simulated(config_for(sqlite_url), clock) as world:
        assert world.app.web is not None
        (port,) = world.app.web.ports
        ready = await ask(port, "/readyz")
        scraped = await ask(port, "/metrics")
    assert ready.json == {"ready": True, "missing": []}
    assert "herald_guilds 1.0" in scraped.text


async def test_ready_without_a_connection_is_not_ready(sqlite_url: str, clock: ManualClock) -> None:
    async with simulated(config_for(sqlite_url), clock) as world:
        assert world.app.web is not None
        (port,) = world.app.web.ports
        await world.app.client.close()
        assert (await ask(port, "/readyz")).json["missing"] == ["discord"]


async def test_an_attached_herald_opens_no_port(sqlite_url: str, clock: ManualClock) -> None:
    other = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = other.sockets[0].getsockname()[1]
    config = config_for(sqlite_url).model_copy(update={"web": WebConfig(port=port)})
    bot = commands.Bot(command_prefix="!", intents=discord.Intents.default())
    await attach(bot, config, cogs=("endpoints",), clock=clock)
    await bot.close()
    other.close()
