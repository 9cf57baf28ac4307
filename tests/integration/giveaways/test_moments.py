"""Giveaways end at their moment: the sweep waits for it, and not only from look to look."""

import asyncio
from datetime import timedelta

from bot.features.giveaways.model import Giveaway, GiveawayState
from tests.integration.cases.cases_env import HARBOUR_MASTER
from tests.integration.giveaways.giveaways_env import GiveawaysEnv
from tests.support.loops import turn
from tests.support.patience import PATIENCE


async def asleep(env: GiveawaysEnv) -> None:
    """Until the sweep waits for its next look."""
    async with asyncio.timeout(PATIENCE):
        while env.clock.next_due() is None:
            await turn()


async def over(env: GiveawaysEnv, one: Giveaway) -> Giveaway:
    """As it is once it was drawn; no time passes meanwhile."""
    async with asyncio.timeout(PATIENCE):
        while (await env.now(one)).ended_at is None:
            await turn()
    await env.giveaways.sweep.stop()
    return await env.now(one)


async def test_it_ends_at_its_very_moment(env: GiveawaysEnv) -> None:
    """Not with the next look of a sweep that comes every 15 seconds."""
    made = await env.made(lasts=timedelta(seconds=61))
    people = await env.entered(made, 1)
    env.giveaways.sweep.start()
    for seconds in (15, 15, 15, 15, 1):
        await asleep(env)
        assert (await env.now(made)).state is GiveawayState.OPEN
        env.clock.advance(seconds)
    assert (await over(env, made)).ended_at == made.ends_at
    assert [one.user_id for one in await env.winners(made)] == people


async def test_one_that_goes_on_again_ends_at_its_moment_too(env: GiveawaysEnv) -> None:
    made = await env.made(lasts=timedelta(seconds=61))
    env.clock.advance(58)
    await env.giveaways.transitions.pause(HARBOUR_MASTER, made.id)
    env.giveaways.sweep.start()
    await asleep(env)
    waits = env.clock.next_due()
    await env.giveaways.transitions.resume(HARBOUR_MASTER, made.id)
    async with asyncio.timeout(PATIENCE):
        while env.clock.next_due() in (waits, None):  # it looks again, at once
            await turn()
    env.clock.advance(3)
    await over(env, made)
