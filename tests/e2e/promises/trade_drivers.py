"""Driver of trades: money for money, and money for a good."""

from bot.clock import ManualClock
from bot.config import Config
from tests.e2e.trades.scene import trade_scene
from tests.support.receiver import Receiver
from tests.support.simulated import Told


async def trades(config: Config, clock: ManualClock, receiver: Receiver) -> list[Told]:
    """Two are completed, and what is held of a third goes back."""
    async with trade_scene(config, clock, receiver) as scene:
        manager = scene.world.manager
        await scene.offered()
        await scene.press(manager)
        await scene.offered(get_good="A net")
        await scene.press(manager)
        await scene.offered(give_good="A boat hook", get="5")
        await scene.press(manager)
        shells = await scene.shells()
        await scene.offered(give_currency=shells, get_currency=shells, give="2.50", get="1")
        await scene.press(manager)
        await scene.offered(give="1")
        await scene.press(manager, "Decline or cancel")
        return await scene.world.told(scene.receiver)
