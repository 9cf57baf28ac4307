"""Raids where it is not known: no answer is no refusal, and nobody is taken for a raider."""

import pytest

from bot.features.raids.model import JoinerState
from tests.integration.raids.raids_env import SEND, RaidsEnv
from tests.support.fake_acts import Fault


@pytest.mark.parametrize(
    ("action", "call"), [("ban", "ban_many"), ("ban", "account"), ("quarantine", "member")]
)
async def test_no_answer_is_no_refusal(env: RaidsEnv, action: str, call: str) -> None:
    await env.choose("raids", action=action)
    env.discord.faults[call] = Fault.LOST
    came = await env.join(8)
    if call == "account":  # who has left is not known by name
        for one in came:
            del env.discord.people[one.user_id]
    await env.settle()
    assert {one.state for one in await env.joiners()} == {JoinerState.ORDERED}
    env.discord.faults.clear()
    for _ in range(3):
        await env.sweep(61)
    assert {one.state for one in await env.joiners()} == {JoinerState.DONE}
    dealt = env.discord.banned if action == "ban" else env.quarantined()
    assert {one.user_id for one in came} == {*dealt}


async def test_out_of_sight_nobody_is_let_off(env: RaidsEnv) -> None:
    await env.choose("raids", lockdown=True)
    env.channels()
    await env.join(8)
    env.discord.is_there = False
    await env.settle()
    assert {one.state for one in await env.joiners()} == {JoinerState.WAITING}
    env.discord.is_there = True
    await env.sweep(61)
    assert len(env.quarantined()) == 8
    assert env.overwrites()[1].deny & SEND
