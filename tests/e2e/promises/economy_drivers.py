"""Driver of the economy: everything by which a wallet changes without games and bargains."""

from bot.clock import ManualClock
from bot.config import Config
from tests.e2e.economy.scene import economy_scene
from tests.support.receiver import Receiver
from tests.support.simulated import Told


async def economy(config: Config, clock: ManualClock, receiver: Receiver) -> list[Told]:
    """Two people write, talk, take the daily, pay and are given something."""
    async with economy_scene(config, clock, receiver) as scene:
        world, earnings = scene.world, scene.economy.earnings
        await scene.choose(voice_amount=2, transfer_tax=10)
        await world.member.send(world.channel, "Ahoy!")
        cabin = world.guild.create_voice_channel("cabin")
        for person in (world.member, scene.friend):
            await person.join_voice(cabin)
        await scene.economy.voice.look()
        await earnings.group.drained()
        await scene.does("daily")
        await scene.does("pay", user=scene.friend, amount="50", reason="A rope")
        await scene.staff("currency create", name="Shells", symbol="S", decimals=2)
        _, shells = await scene.economy.money.currencies(world.guild.id)
        await scene.staff("give", user=scene.friend, amount="2.50", currency=shells.id)
        return await world.told(receiver)
