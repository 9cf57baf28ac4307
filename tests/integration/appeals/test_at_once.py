"""Two moderators at the same moment: one decides, the other is told who did."""

import asyncio
import os
from typing import Any

import pytest

from bot.errors import UserError
from bot.features.appeals.model import Appeal, AppealState
from bot.features.cases.model import Case
from tests.integration.appeals.appeals_env import LEASE, AppealsEnv, AppealsProcess
from tests.integration.cases.cases_env import HARBOUR_MASTER, PILOT, person_of
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import Fault
from tests.support.loops import turn
from tests.support.patience import PATIENCE

ROUNDS = 100 if os.environ.get("HERALD_SOAK") == "1" else 24
NAMES = {HARBOUR_MASTER.user_id: "harbour_master", PILOT.user_id: "pilot"}


async def both(env: AppealsEnv, one: Appeal, first: Any, second: Any) -> tuple[Appeal, str]:
    """What came of it: the one decision, and what the other one was told."""
    results = await asyncio.gather(
        env.decide(one, first, "First.", by=HARBOUR_MASTER),
        env.decide(one, second, "Second.", by=PILOT),
        return_exceptions=True,
    )
    (decided,) = [result for result in results if isinstance(result, Appeal)]
    (refusal,) = [result for result in results if isinstance(result, UserError)]
    return decided, str(refusal)


@pytest.mark.parametrize("kind", ["mute", "ban"])
@pytest.mark.thorough("again and again")
async def test_of_two_decisions_at_once_one_is_made_again_and_again(
    env: AppealsEnv, kind: Any
) -> None:
    choices = (("approved", "denied"), ("denied", "approved"), ("approved", "approved"))
    for number in range(ROUNDS // 2):
        case = await env.order(kind, env.someone())
        await env.appeals.submit(await env.token(case), f"Please {number}")
        (one,) = await env.appeals_of(case)
        before, calls = len(await env.about(case)), len(env.discord.reasons)
        decided, refusal = await both(env, one, *choices[number % 3])
        assert decided.decided_by_id is not None
        assert f"already decided by {NAMES[decided.decided_by_id]}" in refusal
        assert [found.state for found in await env.appeals_of(case)] == [decided.state]
        assert (await env.about(case, before)).count("case.appeal_decided") == 1
        assert len(env.discord.reasons) - calls == (decided.state is AppealState.APPROVED)
        (_type, told) = (await env.told(case.user_id))[-1]
        assert told["decided_by_id"] == str(decided.decided_by_id)
        assert told["decision"] == decided.state.value


@pytest.mark.thorough("every moment of two at once")
async def test_two_processes_decide_once(env: AppealsEnv) -> None:
    """Nothing in memory keeps them apart."""
    for _ in range(10):
        case, _token, one = await env.appealed("mute")
        first = env.process
        await env.again(orderly=True)
        results = await asyncio.gather(
            first.appeals.decide(HARBOUR_MASTER, one.id, "approved", None),
            env.appeals.decide(PILOT, one.id, "approved", None),
            return_exceptions=True,
        )
        (refusal,) = [result for result in results if isinstance(result, UserError)]
        assert "already decided by" in str(refusal)
        assert (await env.about(case)).count("case.appeal_decided") == 1


async def test_who_comes_while_discord_is_asked_is_told_at_once(env: AppealsEnv) -> None:
    _case, _token, one = await env.appealed()
    env.discord.faults["unban"] = Fault.HANGS
    first = asyncio.create_task(env.decide(one))
    await env.discord.called.wait()
    with pytest.raises(UserError, match="already decided by harbour_master"):
        await env.decide(one, by=PILOT)
    env.discord.let_go.set()
    assert (await first).state is AppealState.APPROVED


async def test_a_sweep_waits_for_an_approval_that_takes_long(env: AppealsEnv) -> None:
    case, _token, one = await env.appealed()
    env.discord.faults["unban"] = Fault.HANGS
    slow = asyncio.create_task(env.decide(one))
    await env.discord.called.wait()
    sweep = asyncio.create_task(env.sweep_appeals(after=LEASE))
    env.discord.let_go.set()
    assert (await slow).state is AppealState.APPROVED
    await sweep
    assert env.discord.calls.count(("unban", case.user_id)) == 1
    assert (await env.about(case)).count("case.appeal_decided") == 1


async def test_what_was_refused_is_not_lifted_by_who_waited(env: AppealsEnv) -> None:
    """The sweep's turn comes when the appeal is open again, and nobody approves it any more."""
    case, _token, one = await env.appealed()
    env.discord.faults["unban"] = Fault.REFUSES
    async with env.process.ports.locks.hold((GUILD, case.user_id)):
        decided = asyncio.create_task(env.decide(one))
        await approving(env, case)
        sweep = asyncio.create_task(env.sweep_appeals(after=LEASE))
        await turn()
    with pytest.raises(UserError, match="stays open"):
        await decided
    await sweep
    assert env.discord.calls.count(("unban", case.user_id)) == 1
    assert (await env.appeals_of(case))[0].state is AppealState.OPEN


async def test_what_came_before_the_lift_is_told_before_it(env: AppealsEnv) -> None:
    """Lifted by hand a moment ago, and the audit log is still waited for."""
    case, _token, one = await env.appealed()
    before = len(await env.about(case))
    async with env.process.ports.locks.hold((GUILD, case.user_id)):
        decided = asyncio.create_task(env.decide(one))
        await approving(env, case)
        env.discord.banned.pop(case.user_id)
        await env.process.members.unbanned(person_of(case.username, case.user_id))
    assert (await decided).punishment_lifted is False
    await env.settle_members()
    told = (await env.told(case.user_id))[before:]
    assert [kind for kind, _data in told] == [
        "case.updated",
        "member.unbanned",
        "case.appeal_decided",
    ]
    assert told[1][1]["source"] == "discord"


async def test_another_process_finishes_what_takes_long(env: AppealsEnv) -> None:
    env.discord.log = False
    case, _token, one = await env.appealed()
    before = len(await env.about(case))
    env.discord.faults["unban"] = Fault.HANGS
    slow = asyncio.create_task(env.decide(one))
    await env.discord.called.wait()
    env.discord.faults.clear()
    other = AppealsProcess(env.emitter, clock=env.clock, discord=env.discord)
    await other.appeals.sweep.sweep()
    assert env.discord.calls.count(("unban", case.user_id)) == 1  # not within the lease
    env.clock.advance(LEASE.total_seconds())
    await other.appeals.sweep.sweep()
    env.discord.banned[case.user_id] = "put back, so that the slow call has something to lift"
    env.discord.let_go.set()
    assert (await slow).state is AppealState.APPROVED
    await env.echo()
    await env.settle_members()
    assert await env.about(case, before) == [
        "case.updated revoked",
        "member.unbanned",
        "case.appeal_decided",
    ]
    # And nothing is expected any longer: what somebody does by hand later is told.
    await env.order("ban", case.user_id)
    await env.echo()
    env.discord.banned.clear()
    env.discord.happens("unban", case.user_id, "by hand")
    await env.echo()
    await env.settle_members()
    assert (await env.told(case.user_id))[-1][1]["source"] == "discord"
    await other.members.stop()


async def approving(env: AppealsEnv, case: Case) -> None:
    """Wait for the first step of an approval."""
    async with asyncio.timeout(PATIENCE):
        while (await env.appeals_of(case))[0].state is not AppealState.APPROVING:
            await turn()
