"""Driver of giveaways: set up now and for later, drawn with winners and without, drawn anew."""

from bot.clock import ManualClock
from bot.config import Config
from tests.e2e.giveaways.scene import DAY, giveaway_scene
from tests.support.receiver import Receiver
from tests.support.simulated import Told


async def giveaways(config: Config, clock: ManualClock, receiver: Receiver) -> list[Told]:
    """One that asks for a role and a level and opens in a week; one that two people enter."""
    async with giveaway_scene(config, clock, receiver) as scene:
        await scene.created(starts="7d", roles=scene.role.mention, level=5)
        drawn = await scene.drawn(2)
        await scene.uses("reroll", giveaway=drawn.id)
        await scene.created()
        await scene.sweep(DAY)
        return await scene.told()
