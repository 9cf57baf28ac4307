"""Driver of the casino: rounds won and lost, and a hand that is given back."""

from bot.clock import ManualClock
from bot.config import Config
from bot.features.casino.blackjack import HandResult
from bot.features.casino.tables import casino_round
from tests.e2e.casino.scene import casino_scene
from tests.integration.casino.casino_env import first_hand
from tests.support.receiver import Receiver
from tests.support.simulated import Told


async def casino(config: Config, clock: ManualClock, receiver: Receiver) -> list[Told]:
    """A blackjack that is won, and a hand whose rules another version has changed."""
    async with casino_scene(config, clock, receiver) as scene:
        member = scene.world.member
        scene.plan(first_hand("", HandResult.NATURAL, user_id=member.id))
        shown = await scene.sits("blackjack")
        await member.click(shown, label="Deal")
        while await scene.service.rounds.standing(scene.world.guild.id, member.id) is None:
            await member.click(shown, label="Deal")
        async with scene.world.app.emitter.database.transaction() as tx:
            await tx.execute(casino_round.update().values(rules=0))
        await member.click(shown, label="Stand")
        return await scene.told()
