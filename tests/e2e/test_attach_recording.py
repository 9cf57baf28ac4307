"""What somebody else's bot may tell itself: a fact of its own, through the outbox it was given."""

import discord
from discord.ext import commands

from bot.acts import Actor
from bot.app import attach
from bot.client import parts_of
from bot.clock import ManualClock
from bot.features.endpoints import ENDPOINTS
from tests.support.emitter_setup import GUILD, config_for, joined
from tests.support.receiver import Receiver


async def test_a_fact_of_the_bots_own_is_delivered(sqlite_url: str, clock: ManualClock) -> None:
    bot = commands.Bot(command_prefix="!", intents=discord.Intents.default())
    async with Receiver(clock=clock) as receiver:
        outbox = await attach(bot, config_for(sqlite_url), cogs=("endpoints",), clock=clock)
        created = await parts_of(bot)[ENDPOINTS].service.create(
            Actor(GUILD, 456, "harbour_master"),
            name="backend",
            url=receiver.url(),
            patterns="member.*",
        )
        receiver.secret = created.secret
        event_id = await outbox.record(joined(clock))
        assert await receiver.has(1) == [str(event_id)]
        await bot.close()
