"""Driver of the network: a hit on an approval, and one on joining."""

from bot.clock import ManualClock
from bot.config import Config
from tests.e2e.network.scene import network_scene
from tests.support.receiver import Receiver
from tests.support.simulated import Told


async def network(config: Config, clock: ManualClock, receiver: Receiver) -> list[Told]:
    """Somebody is a member when two servers report them; somebody else joins after that."""
    async with network_scene(config, clock, receiver) as scene:
        await scene.approved(scene.world.member.user)
        newcomer = scene.world.env.create_user("newcomer")
        await scene.approved(newcomer, category="spam", severity="low")
        scene.world.guild.add_member(newcomer)
        await scene.settled()
        return await scene.world.told(scene.receiver)
