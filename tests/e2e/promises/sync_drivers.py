"""Driver of sync: a ban that travels, is lifted where it began, and is deleted where it came."""

from bot.clock import ManualClock
from bot.config import Config
from tests.e2e.cases.scene import answer, said
from tests.e2e.sync.scene import sync_scene
from tests.support.emitter_setup import add_endpoint
from tests.support.receiver import Receiver
from tests.support.simulated import Told


async def sync(config: Config, clock: ManualClock, receiver: Receiver) -> list[Told]:
    """What the other server's receiver is told."""
    async with sync_scene(config, clock) as scene:
        world = scene.world
        await add_endpoint(
            world.app.emitter,
            receiver.url(),
            guild_id=scene.there.id,
            patterns=("case.*", "member.banned", "member.unbanned"),
            secret=receiver.secret,
        )
        await scene.agree()
        await scene.captain.slash(world.channel, "ban", user=scene.mine, reason="Boats")
        await scene.travels()
        await scene.captain.slash(world.channel, "unban", user=scene.otter, reason="Sorry")
        await scene.travels()
        asked = await scene.pilot.slash(scene.place, "case delete", number=1)
        await scene.pilot.click(answer(asked), label="Delete it")
        assert "is deleted" in said(asked)
        return await world.told(receiver)
