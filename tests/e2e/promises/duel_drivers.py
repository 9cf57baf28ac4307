"""Driver of duels: one that is won, with a part of the stake given back, and a draw."""

from bot.clock import ManualClock
from bot.config import Config
from tests.e2e.duels.scene import DuelScene, duel_scene
from tests.support.receiver import Receiver
from tests.support.simulated import Told


async def duels(config: Config, clock: ManualClock, receiver: Receiver) -> list[Told]:
    """In coins, and in a currency with decimals; of a third one both stakes go back."""
    async with duel_scene(config, clock, receiver) as scene:
        await scene.choose("duels", "gives_back", 50)
        await won(scene, 1)
        shells = await scene.shells()
        await won(scene, 2, stake="2.50", currency=shells)
        await scene.accepted("1")
        await scene.settled(120)
        return await scene.world.told(scene.receiver)


async def won(scene: DuelScene, number: int, stake: str = "10", **options: int) -> None:
    """A duel of that number, which the member wins."""
    await scene.challenged(stake, **options)
    await scene.even(number)
    await scene.press(scene.world.manager, "Accept")
    await scene.round("s-", "f-")
    await scene.round("f-", "g-")
