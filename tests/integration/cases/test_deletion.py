"""A case that is deleted: told, struck from the log, and only where nothing is left to end."""

import asyncio
from datetime import timedelta

import pytest

from bot.acts import Actor
from bot.errors import NotFound, UserError
from tests.integration.cases.cases_env import HARBOUR_MASTER, PILOT, QUEEN, CasesEnv
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import MODERATOR, Fault
from tests.support.loops import turn

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
ELSEWHERE = Actor(GUILD + 1, MODERATOR, "harbour_master")


async def test_a_deleted_case_is_told_and_is_gone(env: CasesEnv) -> None:
    otter = env.someone()
    await env.order("warn", otter)
    await env.process.book.note(PILOT, 1, "x")
    await env.process.book.delete(QUEEN, 1)
    assert (await env.told(otter))[-1] == (
        "case.deleted",
        {
            "case_id": 1,
            "case_number": 1,
            "type": "warn",
            "user_id": str(otter),
            "moderator_id": str(MODERATOR),
            "deleted_by_id": str(QUEEN.user_id),
            "source": "bot",
        },
    )
    with pytest.raises(NotFound):
        await env.process.book.view(GUILD, 1)


async def test_what_still_has_to_end_is_not_deleted(env: CasesEnv) -> None:
    otter, heron = env.someone(), env.someone(roles={10})
    await env.order("tempban", otter, duration=HOUR)
    await env.order("mute", heron, quarantine=True)
    for number in (1, 2):
        with pytest.raises(UserError, match="still has to end"):
            await env.process.book.delete(HARBOUR_MASTER, number)
    await env.sweep(after=HOUR)
    await env.process.book.delete(HARBOUR_MASTER, 1)


async def test_a_deleted_case_is_struck_from_the_log(env: CasesEnv) -> None:
    await env.choose(log_channel_id=5)
    await env.order("warn", env.someone(), reason="Lives at Harbour Road 7")
    await env.process.book.delete(PILOT, 1)
    line = env.discord.lines[1]
    assert line.title == "Case 1 is deleted"
    assert (line.fields, line.buttons) == ((("Moderator", f"<@{PILOT.user_id}>"),), ())


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.CRASH_BEFORE, Fault.REFUSES])
async def test_a_line_that_could_not_be_struck_at_once_is_struck_later(
    env: CasesEnv, fault: Fault
) -> None:
    await env.choose(log_channel_id=5)
    await env.order("warn", env.someone())
    env.discord.faults["redraw"] = fault
    deletion = asyncio.create_task(env.process.book.delete(HARBOUR_MASTER, 1))
    await asyncio.wait((deletion,))
    assert (deletion.exception() is None) is (fault is not Fault.CRASH_BEFORE)
    env.discord.faults.clear()
    await env.sweep()
    assert env.discord.lines[1].title != "Case 1 is deleted"  # the lease of who began it
    await env.sweep(after=timedelta(seconds=61))
    assert env.discord.lines[1].title == "Case 1 is deleted"
    env.discord.redrawn.clear()
    await env.sweep(after=timedelta(seconds=61))
    assert env.discord.redrawn == []


async def test_a_deletion_waits_for_the_line_that_is_being_written(env: CasesEnv) -> None:
    await env.choose(log_channel_id=5)
    otter = env.someone()
    env.discord.faults["send"] = Fault.HANGS
    ordered = asyncio.create_task(env.order("warn", otter, reason="Lives at Harbour Road 7"))
    await env.discord.called.wait()
    deletion = asyncio.create_task(env.process.book.delete(PILOT, 1))
    for _ in range(50):
        await turn()
    env.discord.let_go.set()
    await asyncio.gather(ordered, deletion)
    assert env.discord.lines[1].title == "Case 1 is deleted"
