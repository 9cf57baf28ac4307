"""A reroll: somebody else wins, nobody wins again, and the proof holds all of it."""

import asyncio

import pytest

from bot.errors import UserError
from bot.features.giveaways.model import GiveawayState
from tests.integration.cases.cases_env import HARBOUR_MASTER
from tests.integration.giveaways.giveaways_env import (
    CREATED,
    DAY,
    ENDED,
    REROLLED,
    GiveawaysEnv,
    said,
)
from tests.support.fake_acts import Fault


async def test_others_win_until_nobody_is_left(env: GiveawaysEnv) -> None:
    drawn = await env.drawn(5, winner_count=2)
    won = [one.user_id for one in await env.winners(drawn)]
    for count in (2, 1):
        after, anew = await env.giveaways.reroll(HARBOUR_MASTER, drawn.id)
        assert after.state is GiveawayState.DRAWN
        assert len(anew) == count
        assert not set(anew) & set(won)
        _type, told = (await env.about(drawn))[-1]
        assert told == {
            "giveaway_id": drawn.id,
            "winner_ids": [str(one) for one in anew],
            "previous_winner_ids": [str(one) for one in won],
            "entry_count": 5,
            "rerolled_by_id": str(HARBOUR_MASTER.user_id),
        }
        won += anew
        await env.sweep_giveaways()
        assert (await env.now(drawn)).state is GiveawayState.ANNOUNCED
        await env.agrees(drawn)
    with pytest.raises(UserError, match="Nobody else who entered can win"):
        await env.giveaways.reroll(HARBOUR_MASTER, drawn.id)
    kinds = [kind for kind, _data in await env.about(drawn)]
    assert kinds == [CREATED, ENDED, REROLLED, REROLLED]
    assert len(said(env, "Congratulations")) == 3
    holding = [one.user_id for one in await env.winners(drawn) if not one.is_replaced]
    assert holding == won[-1:]


async def test_one_winner_is_replaced_and_the_others_stay(env: GiveawaysEnv) -> None:
    drawn = await env.drawn(6, winner_count=3)
    first, second, third = [one.user_id for one in await env.winners(drawn)]
    _after, anew = await env.giveaways.reroll(HARBOUR_MASTER, drawn.id, instead_of=second)
    holding = [one.user_id for one in await env.winners(drawn) if not one.is_replaced]
    assert holding == [first, third, *anew]
    for nobody in (second, 1):
        with pytest.raises(UserError, match="They are no winner of it"):
            await env.giveaways.reroll(HARBOUR_MASTER, drawn.id, instead_of=nobody)
    await env.sweep_giveaways()
    await env.agrees(drawn)


async def test_whoever_left_since_is_passed_over(env: GiveawaysEnv) -> None:
    drawn = await env.drawn(4)
    (won,) = await env.winners(drawn)
    people = await env.people_in(drawn)
    left, *others = sorted(people - {won.user_id})
    for one in others:
        env.discord.people.pop(one)
    _after, anew = await env.giveaways.reroll(HARBOUR_MASTER, drawn.id)
    assert anew == [left]
    await env.sweep_giveaways()
    await env.agrees(drawn)


async def test_without_an_answer_nothing_is_drawn_anew(env: GiveawaysEnv) -> None:
    drawn = await env.drawn()
    env.discord.faults["member"] = Fault.LOST
    with pytest.raises(UserError, match="Discord did not say who is still here"):
        await env.giveaways.reroll(HARBOUR_MASTER, drawn.id)
    assert len(await env.draws(drawn)) == 1


async def test_before_the_draw_there_is_nothing_to_draw_anew(env: GiveawaysEnv) -> None:
    made = await env.made()
    await env.entered(made)
    with pytest.raises(UserError, match="was not drawn yet"):
        await env.giveaways.reroll(HARBOUR_MASTER, made.id)


async def test_two_processes_draw_anew_once(env: GiveawaysEnv) -> None:
    """Both saw the same draws: of two at once the second is refused, and tells nothing."""
    drawn = await env.drawn(6)
    others = env.another()
    env.discord.faults["member"] = Fault.HANGS
    slow = asyncio.create_task(others.giveaways.reroll(HARBOUR_MASTER, drawn.id))
    await env.discord.called.wait()
    env.discord.faults.clear()
    await env.giveaways.reroll(HARBOUR_MASTER, drawn.id)
    env.discord.let_go.set()
    with pytest.raises(UserError, match="Somebody else was quicker"):
        await slow
    assert len(await env.draws(drawn)) == 2
    assert [kind for kind, _data in await env.about(drawn)] == [CREATED, ENDED, REROLLED]
    await others.members.stop()
    await env.sweep_giveaways(DAY)
    await env.agrees(drawn)
