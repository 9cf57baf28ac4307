"""The task that sends what is owed: at once, every fifteen seconds, all of it."""

import asyncio

import pytest
import structlog

from tests.integration.appeals.appeals_env import (
    LEASE,
    MESSAGE,
    AppealsEnv,
)
from tests.support.fake_acts import Fault
from tests.support.loops import turn
from tests.support.patience import PATIENCE


async def test_one_that_fails_keeps_no_other_back(env: AppealsEnv) -> None:
    tokens = [(await env.punished())[1] for _ in range(3)]
    for token in tokens:
        await env.appeals.submit(token, MESSAGE)
    env.discord.faults["send"] = Fault.BREAKS
    with structlog.testing.capture_logs() as logs:
        await env.sweep_appeals()
    assert [line["event"] for line in logs] == ["sweep.row_failed"] * 3
    env.discord.faults.clear()
    await env.sweep_appeals(after=LEASE)
    assert len(env.discord.lines) == 3


@pytest.mark.thorough("a batch of rows")
async def test_more_than_one_batch_is_sent_in_one_sweep(env: AppealsEnv) -> None:
    for _ in range(27):
        _case, token = await env.punished("mute")
        await env.appeals.submit(token, MESSAGE)
    await env.sweep_appeals()
    assert len(env.discord.lines) == 27


async def test_two_sweeps_at_once_send_each_card_once(env: AppealsEnv) -> None:
    for _ in range(10):
        _case, token = await env.punished("mute")
        await env.appeals.submit(token, MESSAGE)
    await asyncio.gather(env.sweep_appeals(), env.sweep_appeals(), env.sweep_appeals())
    assert len(env.discord.lines) == 10


async def test_the_task_sends_at_once_what_is_owed(env: AppealsEnv) -> None:
    """Without the clock being moved: whoever writes wakes it."""
    case, token = await env.punished("mute")
    env.process.posts.start()
    await env.appeals.submit(token, MESSAGE)
    async with asyncio.timeout(PATIENCE):
        while not env.discord.lines:
            await turn()
    (one,) = await env.appeals_of(case)
    await env.decide(one, "denied", "No.")
    async with asyncio.timeout(PATIENCE):
        while not (env.discord.redrawn and len(env.letters_to(case.user_id)) == 2):
            await turn()
    await env.process.posts.stop()


async def test_the_task_begins_with_what_was_left_and_looks_every_fifteen_seconds(
    env: AppealsEnv,
) -> None:
    case, _token, one = await env.appealed()
    env.discord.faults["unban"] = Fault.LOST
    with pytest.raises(Exception, match="gave no answer"):
        await env.decide(one)
    env.discord.faults.clear()
    await env.again(recalls=False)
    env.appeals.sweep.start()
    for _ in range(20):
        await turn()
    assert case.user_id in env.discord.banned
    async with asyncio.timeout(PATIENCE):
        while case.user_id in env.discord.banned:
            env.clock.advance(15)
            await turn()
    await env.appeals.sweep.stop()


async def test_without_a_connection_the_task_waits(env: AppealsEnv) -> None:
    _case, token = await env.punished("mute")
    await env.appeals.submit(token, MESSAGE)
    env.discord.is_connected = False
    env.process.posts.start()
    for _ in range(20):
        env.clock.advance(15)
        await turn()
    assert (await env.cards())[0].tries == 0
    env.discord.is_connected = True
    async with asyncio.timeout(PATIENCE):
        while not env.discord.lines:
            env.clock.advance(15)
            await turn()
    await env.process.posts.stop()
