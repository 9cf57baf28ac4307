"""Earnings: messages that earn XP and money, to the receipt of what is told of them."""

from bench.awards import message_of
from bench.conversations import parts_on
from bench.emitting import drained, settled
from bench.herald import SHARE, emitter_on_file
from bench.load import FIRST_GUILD, Load, Outcome, paced, rated, spread, timed
from bench.pauses import pauses, percentile
from bot.acts import Actor
from bot.features.economy import ECONOMY
from bot.features.levels import LEVELS
from bot.features.settings import SETTINGS


async def run(load: Load) -> Outcome:
    """Such messages a second, each by somebody else; and how the loop fares beside a few of them.

    Every message is one event, of its money: nobody rises by one alone.
    """
    sizes, first = load.sizes, 0
    async with emitter_on_file(load) as emitter:
        parts = parts_on(emitter)
        levels, economy = parts[LEVELS].service, parts[ECONOMY]
        for number in range(sizes.endpoints):
            actor = Actor(FIRST_GUILD + number, 1, "harbour_master")
            for feature in ("levels", "economy"):
                await parts[SETTINGS].service.change(actor, feature, "enabled", True)
        levels.ledger.start()
        economy.earnings.group.start()

        async def one(_number: int, _moment: int = 0) -> None:
            nonlocal first
            first += 1
            message = message_of(first, FIRST_GUILD + first % sizes.endpoints)
            await economy.earnings.message(message)
            await levels.earnings.heard(message)

        async def many(count: int) -> None:
            await spread(sizes.tasks, count, one)
            await economy.earnings.group.drained()
            await drained(emitter)

        await many(sizes.warm_up)
        before, count = await settled(emitter), sizes.deliveries // SHARE
        seconds = await timed(many(count))
        outcome = rated(seconds, count, settled=await settled(emitter) - before, warm_up=0)
        async with pauses() as found:
            await paced(sizes.pace, sizes.paced, one)
        await many(0)
        delivered = await settled(emitter)  # with what was told of the settings
        await levels.ledger.stop()
        await economy.earnings.group.stop()
    numbers = {"p50": percentile(found, 50), "p99": percentile(found, 99)}
    return Outcome({**outcome.numbers, **numbers}, delivered)
