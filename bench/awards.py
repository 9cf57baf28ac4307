"""Awards of levels: messages that earn, messages that earn nothing, and rank cards."""

import asyncio
from statistics import median
from time import perf_counter

from bench.conversations import parts_on
from bench.herald import SHARE, emitter_on_file
from bench.load import FIRST_GUILD, Load, Lost, Outcome, spread, timed
from bench.pauses import pauses, percentile
from bot.activity import MessageActivity
from bot.acts import Actor
from bot.features.levels import LEVELS
from bot.features.levels.boards import Ranked
from bot.features.levels.earnings import XpEarnings
from bot.features.levels.rank_card import CardPerson, draw_card
from bot.features.settings import SETTINGS

CARDS = 20
LIVELY = CardPerson(FIRST_GUILD, "田中さくら 🌸 quiet_otter")


async def run(load: Load) -> Outcome:
    """Awards a second, µs of a message that earns nothing, ms of a card and of the loop's waits."""
    sizes = load.sizes
    async with emitter_on_file(load) as emitter:
        parts = parts_on(emitter)
        levels, change = parts[LEVELS].service, parts[SETTINGS].service.change
        for number in range(sizes.endpoints):
            actor = Actor(FIRST_GUILD + number, 1, "harbour_master")
            await change(actor, "levels", "enabled", True)
        levels.ledger.start()

        async def one(number: int) -> None:
            message = message_of(number, FIRST_GUILD + number % sizes.endpoints)
            if await levels.earnings.heard(message) is None:
                raise Lost("a message earned nothing")

        count = sizes.deliveries // SHARE
        seconds = await timed(spread(sizes.tasks, count, one))
        alone = [await timed(one(number)) for number in range(count, count + sizes.warm_up // 10)]
        idle = await _idle(levels.earnings, count)
        await levels.ledger.stop()
    card, pause = await _cards()
    numbers = {"rate": count / seconds, "added": median(alone) * 1e3, "idle": idle}
    return Outcome({**numbers, "card": card, "pause": pause})


def message_of(number: int, guild_id: int) -> MessageActivity:
    """One in words that nobody wrote before, of somebody who wrote nothing yet."""
    return MessageActivity(
        number,
        guild_id,
        (guild_id + 1, guild_id + 2),
        FIRST_GUILD + number,
        is_bot=False,
        is_system=False,
        role_ids=frozenset(range(10)),
        content=f"The tide of {number} is high",
        files=0,
    )


async def _idle(earnings: XpEarnings, count: int) -> float:
    """Microseconds of one in its cooldown."""
    message = message_of(1, FIRST_GUILD + 1)
    began = perf_counter()
    for _ in range(count):
        await earnings.heard(message)
    return (perf_counter() - began) / count * 1e6


async def _cards() -> tuple[float, float]:
    """Milliseconds of the quickest card, and what nine in ten turns of the loop wait at most."""
    took = list[float]()
    async with pauses() as waits:
        for number in range(CARDS):
            ranked = Ranked(FIRST_GUILD, 10**number % 10**9, 1, 1)
            began = perf_counter()
            await asyncio.to_thread(draw_card, LIVELY, ranked)
            took.append(perf_counter() - began)
    return min(took) * 1e3, percentile(waits, 90)
