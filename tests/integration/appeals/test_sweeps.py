"""The task that sends what is owed: at once, every fifteen seconds, all of it."""

import asyncio

import pytest
import structlog

from tests.integration.appeals.appeals_env import (
    LEASE,
    MESSAGE,
    AppealsBench,
)
from tests.support.fake_acts import Fault
from tests.support.loops import turn


async def test_one_that_fails_keeps_no_other_back(bench: AppealsBench) -> None:
    tokens = [(await bench.punished())[1] for _ in range(3)]
    for token in tokens:
        await bench.appeals.submit(token, MESSAGE)
    bench.discord.faults["send"] = Fault.CRASH_BEFORE
    with structlog.testing.capture_logs() as logs:
        await bench.sweep_appeals()
    assert [line["event"] for line in logs] == ["sweep.row_failed"] * 3
    bench.discord.faults.clear()
    await bench.sweep_appeals(after=LEASE)
    assert len(bench.discord.lines) == 3


async def test_more_than_one_batch_is_sent_in_one_sweep(bench: AppealsBench) -> None:
    for _ in range(27):
        _case, token = await bench.punished("mute")
        await bench.appeals.submit(token, MESSAGE)
    await bench.sweep_appeals()
    assert len(bench.discord.lines) == 27


async def test_two_sweeps_at_once_send_each_card_once(bench: AppealsBench) -> None:
    for _ in range(10):
        _case, token = await bench.punished("mute")
        await bench.appeals.submit(token, MESSAGE)
    await asyncio.gather(bench.sweep_appeals(), bench.sweep_appeals(), bench.sweep_appeals())
    assert len(bench.discord.lines) == 10


async def test_the_task_sends_at_once_what_is_owed(bench: AppealsBench) -> None:
    """Without the clock being moved: whoever writes wakes it."""
    case, token = await bench.punished("mute")
    bench.process.posts.start()
    await bench.appeals.submit(token, MESSAGE)
    async with asyncio.timeout(20):
        while not bench.discord.lines:
            await turn()
    (one,) = await bench.appeals_of(case)
    await bench.decide(one, "denied", "No.")
    async with asyncio.timeout(20):
        while not (bench.discord.redrawn and len(bench.letters_to(case.user_id)) == 2):
            await turn()
    await bench.process.posts.stop()


async def test_the_task_begins_with_what_was_left_and_looks_every_fifteen_seconds(
    bench: AppealsBench,
) -> None:
    case, _token, one = await bench.appealed()
    bench.discord.faults["unban"] = Fault.LOST
    with pytest.raises(Exception, match="gave no answer"):
        await bench.decide(one)
    bench.discord.faults.clear()
    await bench.again(recalls=False)
    bench.appeals.sweep.start()
    for _ in range(20):
        await turn()
    assert case.user_id in bench.discord.banned
    async with asyncio.timeout(20):
        while case.user_id in bench.discord.banned:
            bench.clock.advance(15)
            await turn()
    await bench.appeals.sweep.stop()


async def test_without_a_connection_the_task_waits(bench: AppealsBench) -> None:
    _case, token = await bench.punished("mute")
    await bench.appeals.submit(token, MESSAGE)
    bench.discord.is_connected = False
    bench.process.posts.start()
    for _ in range(20):
        bench.clock.advance(15)
        await turn()
    assert (await bench.cards())[0].tries == 0
    bench.discord.is_connected = True
    async with asyncio.timeout(20):
        while not bench.discord.lines:
            bench.clock.advance(15)
            await turn()
    await bench.process.posts.stop()
