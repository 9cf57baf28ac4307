"""Moments for which drivers wait: what has come due is told, the bot knows whom it has."""

import asyncio

from bot.features.members import MEMBERS
from tests.support.loops import turn
from tests.support.patience import PATIENCE
from tests.support.simulated import World


async def later(world: World, seconds: float) -> None:
    """Let time pass, and return when what has come due by then is told."""
    await world.env.settle()
    await world.app.emitter.worker.idle()
    world.clock.advance(seconds)
    for _ in range(50):
        await turn()
    await world.env.settle()
    await world.app.emitter.worker.idle()


async def compared(world: World) -> None:
    """Wait until the bot has compared the guild with what it knew."""
    await world.env.settle()
    async with asyncio.timeout(PATIENCE):
        while not world.app.parts[MEMBERS].service.returns.is_whole(world.guild.id):
            await turn()
