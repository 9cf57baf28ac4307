"""Driver of giveaways: set up now and for later, drawn with winners and without, drawn anew."""

from bot.clock import ManualClock
from bot.config import Config
from bot.storage.database import Reading
from tests.e2e.giveaways.scene import DAY, GiveawayScene, giveaway_scene
from tests.support.receiver import Receiver
from tests.support.simulated import Told


async def giveaways(config: Config, clock: ManualClock, receiver: Receiver) -> list[Told]:
    """One that asks for a role and a level and opens in a week; one that two people enter."""
    async with giveaway_scene(config, clock, receiver) as scene:
        asks_for_levels(scene)
        await scene.created(starts="7d", roles=scene.role.mention, level=5)
        drawn = await scene.drawn(2)
        await scene.uses("reroll", giveaway=drawn.id)
        await scene.created()
        await scene.sweep(DAY)
        return await scene.told()


def asks_for_levels(scene: GiveawayScene) -> None:
    """Somebody counts them, so that they can be asked for."""

    async def level_of(_reading: Reading, _guild_id: int, _user_id: int) -> int:
        return 0

    scene.service.ports.level_of = level_of
