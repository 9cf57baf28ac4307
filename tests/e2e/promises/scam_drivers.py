"""Driver of scams: one that is sure, one that is likely, one that is only shown."""

import random

from bot.clock import ManualClock
from bot.config import Config
from tests.e2e.scams.scene import login_picture, scam_scene
from tests.support.receiver import Receiver
from tests.support.scam_pictures import chart, photo, png, with_code
from tests.support.simulated import Told


async def scams(config: Config, clock: ManualClock, receiver: Receiver) -> list[Told]:
    """A code that takes accounts over, one that leads to an imitation, pictures everywhere."""
    async with scam_scene(config, clock, receiver) as scene:
        chance = random.Random(2)
        imitation = png(with_code(photo(chance), "https://dlscord-nitro.example/gift", chance))
        for picture, places in ((login_picture(), 1), (imitation, 1), (png(chart(chance)), 4)):
            scene.poster = scene.newcomer()
            await scene.post(picture, places=places)
            await scene.settled(60)
        return await scene.told()
