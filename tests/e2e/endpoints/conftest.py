"""The scene of these tests."""

from collections.abc import AsyncGenerator

import discord
import pytest
import simcord
from discord import app_commands

from bot.app import App
from bot.client import HeraldClient
from bot.clock import SystemClock
from bot.errors import UserError
from tests.e2e.endpoints.scene import COGS, Scene
from tests.support.emitter_setup import config_for
from tests.support.patience import PATIENCE
from tests.support.receiver import Receiver

INJECTED = "(injected by test)"


@pytest.fixture
async def app(sqlite_url: str) -> AsyncGenerator[App]:
    """The real bot on a database of its own."""
    opened = await App.open(config_for(sqlite_url, settle_linger_ms=0), SystemClock())
    opened.client = HeraldClient(opened.client.parts, COGS)
    # Before the simulation, which would else wait for what runs for ever.
    await opened.start()
    await opened.parts.core.posts.stop()  # a test sweeps by itself
    yield opened
    await opened.stop()


@pytest.fixture
async def env(app: App) -> AsyncGenerator[simcord.Env]:
    """A simulated Discord that the bot is connected to; what nobody meant fails the test."""
    simulated = simcord.Env(app.client, shard_count=1, settle_timeout=PATIENCE)
    await simulated.start()
    yield simulated
    await simulated.shutdown()
    assert [error for error in simulated.errors if not is_meant(error)] == []


def is_meant(error: BaseException) -> bool:
    """Whether a person was told in words of ours, or the test had Discord fail."""
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    is_injected = isinstance(cause, discord.HTTPException) and cause.text.endswith(INJECTED)
    return is_injected or isinstance(cause, UserError | app_commands.CheckFailure)


@pytest.fixture
async def scene(app: App, env: simcord.Env) -> AsyncGenerator[Scene]:
    """A guild with somebody who may manage it, somebody who may not, and a receiver."""
    guild = env.create_guild()
    manages = guild.create_role("Staff", permissions=discord.Permissions(manage_guild=True))
    admin = guild.add_member(env.create_user("harbour_master"), roles=[manages])
    member = guild.add_member(env.create_user("otter"))
    channel = guild.create_text_channel("staff")
    async with Receiver() as receiver:
        yield Scene(app, env, receiver, guild, channel, admin, member)
    assert receiver.refused == []
