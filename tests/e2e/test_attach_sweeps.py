"""What goes on by itself in somebody else's bot: what its owner chose, and no more."""

import asyncio

import discord
import pytest
from discord.ext import commands

from bot.app import COGS, attach
from bot.clock import ManualClock
from tests.support.emitter_setup import config_for

EVERY = tuple(name.removeprefix("cogs.") for name in COGS)
SWEEPS = {"cases", "appeals"}


@pytest.mark.parametrize(("cogs", "sweeps"), [(EVERY, SWEEPS), (("endpoints",), set[str]())])
async def test_a_feature_that_was_not_chosen_does_nothing_by_itself(
    sqlite_url: str, clock: ManualClock, cogs: tuple[str, ...], sweeps: set[str]
) -> None:
    """Else it would lift in their bot's name what another Herald on the database had done."""
    intents = discord.Intents.default()
    intents.members = True
    bot = commands.Bot(command_prefix="!", intents=intents)
    await attach(bot, config_for(sqlite_url), clock=clock, cogs=cogs)
    running = {task.get_name() for task in asyncio.all_tasks()}
    await bot.close()
    assert {"members", "posts"} <= running  # whoever acts tells them, and owes what is said
    assert running & SWEEPS == sweeps
