"""Driver of levels: somebody rises by several at once, falls, and rises again."""

from bot.clock import ManualClock
from bot.config import Config
from tests.e2e.levels.scene import level_scene
from tests.support.receiver import Receiver
from tests.support.simulated import Told

GIVEN, FALLEN = 1_200, 500  # level 5, then 2


async def levels(config: Config, clock: ManualClock, receiver: Receiver) -> list[Told]:
    """Given, taken, and given again."""
    async with level_scene(config, clock, receiver) as scene:
        member = scene.world.member
        await scene.does("give", user=member, xp=str(GIVEN))
        await scene.does("take", user=member, xp=str(GIVEN - FALLEN))
        await scene.does("give", user=member, xp=str(GIVEN - FALLEN))
        return await scene.world.told(receiver)
