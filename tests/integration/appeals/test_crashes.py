"""The process dies between any two steps: what a new one finds ends in the truth, told once."""

from collections.abc import Coroutine
from typing import Any

import pytest

from bot.errors import UserError
from bot.features.appeals.model import AppealState, PageState
from bot.features.cases.model import Case, CaseState
from tests.integration.appeals.appeals_env import LEASE, MESSAGE, AppealsEnv
from tests.integration.appeals.test_decisions import LIFTED, stands
from tests.integration.cases.cases_env import HARBOUR_MASTER
from tests.support.cancel_at_await import interrupted
from tests.support.crash_at_await import dies
from tests.support.cut_stride import stride
from tests.support.fake_acts import Fault, ProcessDied
from tests.support.released import released

CALLS = {"ban": "unban", "tempban": "unban", "timeout": "timeout", "mute": "change_roles"}


async def recover(env: AppealsEnv) -> None:
    """A new process: it hears the gateway, compares the guild, and sweeps."""
    await released(env.emitter.database)
    env.discord.faults.clear()
    await env.again()
    await env.echo()
    await env.sight_guild()
    await env.settle_members()
    await env.sweep(after=LEASE)
    await env.sweep_appeals()
    await env.settle_members()


async def cut_at(env: AppealsEnv, work: Coroutine[Any, Any, object], point: int) -> bool:
    """Whether the work was cut at that await: as by a death, where the driver stands it."""
    if env.emitter.database.is_sqlite:
        return await dies(work, point)
    return await interrupted(work, point, late=point % 2 == 0)


@pytest.mark.parametrize("log", [True, False], ids=["log", "no log"])
@pytest.mark.parametrize("kind", list(LIFTED))
@pytest.mark.parametrize("fault", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER])
@pytest.mark.fewer_on_postgresql("which call fails has nothing to do with the engine")
@pytest.mark.thorough("with the log as without it", but="*-log")
async def test_a_crash_beside_the_lift(
    env: AppealsEnv, kind: str, fault: Fault, *, log: bool
) -> None:
    env.discord.log = log
    await env.sight_guild()
    case, token, one = await env.appealed(kind)
    before = len(await env.about(case))
    env.discord.faults[CALLS[kind]] = fault
    with pytest.raises(ProcessDied):
        await env.decide(one)
    (row,) = await env.appeal_rows()
    assert row["state"] == "approving"
    assert await env.about(case, before) == []
    await recover(env)
    assert not stands(env, kind, case.user_id)
    assert await env.about(case, before) == LIFTED[kind]
    (after,) = await env.appeals_of(case)
    assert (after.state, after.punishment_lifted) == (AppealState.APPROVED, True)
    assert (after.decided_by_name, after.reason) == ("harbour_master", "Welcome back.")
    assert (await env.appeals.look(token)).state is PageState.APPROVED


@pytest.mark.parametrize(
    ("kind", "cut"), [*((kind, "died") for kind in LIFTED), ("ban", "cancelled")]
)
@pytest.mark.thorough("what it shows takes every await")
@pytest.mark.fewer_on_postgresql("a walk of hundreds of awaits")
async def test_a_cut_at_any_await_of_an_approval(env: AppealsEnv, kind: str, cut: str) -> None:
    """Cut at each await in turn, the truth on Discord and the events agree in the end."""
    done: list[tuple[Case, int]] = []
    for point in range(1, 200, stride(env.emitter.database, 3)):
        case, _token, one = await env.appealed(kind)
        before = len(await env.about(case))
        if cut == "died":
            was_cut = await cut_at(env, env.decide(one), point)
        else:
            was_cut = await interrupted(env.decide(one), point, late=point % 2 == 1)
        if not was_cut:
            break
        done.append((case, before))
    assert len(done) > 3
    await recover(env)
    outcomes = set[AppealState]()
    for case, before in done:
        (after,) = await env.appeals_of(case)
        outcomes.add(after.state)
        approved = after.state is AppealState.APPROVED
        assert approved or after.state is AppealState.OPEN
        assert stands(env, kind, case.user_id) is not approved
        assert await env.about(case, before) == (LIFTED[kind] if approved else [])
        state = (await env.row(case)).state
        assert state is (CaseState.REVOKED if approved else CaseState.ACTIVE)
    assert outcomes == {AppealState.APPROVED, AppealState.OPEN}


@pytest.mark.thorough("what it shows takes every await")
async def test_a_cut_at_any_await_of_a_submission(env: AppealsEnv) -> None:
    """It is there with its event and its card, or it is not, and can be sent again."""
    made: list[tuple[Case, str]] = []
    for point in range(1, 200, stride(env.emitter.database)):
        case, token = await env.punished("mute")
        if not await cut_at(env, env.appeals.submit(token, MESSAGE), point):
            break
        made.append((case, token))
    assert len(made) > 3
    await recover(env)
    outcomes = set[int]()
    for case, token in made:
        appeals = await env.appeals_of(case)
        outcomes.add(len(appeals))
        assert (await env.about(case)).count("case.appealed") == len(appeals)
        expected = PageState.OPEN if appeals else PageState.MAY_APPEAL
        assert (await env.appeals.look(token)).state is expected
    both = {0, 1} if env.emitter.database.is_sqlite else {0}
    assert outcomes >= both  # PostgreSQL's pool varies in its awaits: the last may not be met
    assert len(env.discord.lines) == len(await env.appeal_rows())


@pytest.mark.thorough("what it shows takes every await")
async def test_a_cut_at_any_await_of_a_denial(env: AppealsEnv) -> None:
    made: list[Case] = []
    for point in range(1, 200, stride(env.emitter.database)):
        case, _token, one = await env.appealed("mute")
        if not await cut_at(env, env.decide(one, "denied", "No."), point):
            break
        made.append(case)
    await recover(env)
    outcomes = set[AppealState]()
    for case in made:
        (after,) = await env.appeals_of(case)
        outcomes.add(after.state)
        is_denied = after.state is AppealState.DENIED
        assert (await env.about(case)).count("case.appeal_decided") == is_denied
        assert len(env.letters_to(case.user_id)) == 1 + is_denied
    both = (
        {AppealState.OPEN, AppealState.DENIED}
        if env.emitter.database.is_sqlite
        else {AppealState.OPEN}
    )
    assert outcomes >= both


async def test_what_a_crash_owed_is_sent_by_the_next_process(env: AppealsEnv) -> None:
    case, token = await env.punished("mute")
    await env.appeals.submit(token, MESSAGE)
    await recover(env)
    assert len(env.discord.lines) == 1
    (one,) = await env.appeals_of(case)
    await env.decide(one, "denied", "No.")
    assert len(env.letters_to(case.user_id)) == 1
    await recover(env)
    assert len(env.letters_to(case.user_id)) == 2
    assert len(env.discord.redrawn) == 1


async def test_an_approval_waits_while_the_bot_is_not_in_the_guild(env: AppealsEnv) -> None:
    case, _token, one = await env.appealed()
    env.discord.faults["unban"] = Fault.LOST
    with pytest.raises(Exception, match="gave no answer"):
        await env.decide(one)
    env.discord.faults.clear()
    env.discord.is_there = False
    await env.sweep_appeals(after=LEASE)
    assert case.user_id in env.discord.banned
    env.discord.is_there = True
    await env.sweep_appeals(after=LEASE)
    assert case.user_id not in env.discord.banned


async def test_a_case_is_not_deleted_between_the_steps(env: AppealsEnv) -> None:
    """Nobody could tell any more what the lift was about."""
    case, _token, one = await env.appealed()
    before = len(await env.about(case))
    env.discord.faults["unban"] = Fault.CRASH_AFTER
    with pytest.raises(ProcessDied):
        await env.decide(one)
    env.discord.faults.clear()
    with pytest.raises(UserError, match="being approved"):
        await env.process.book.delete(HARBOUR_MASTER, case.number)
    await recover(env)
    await env.process.book.delete(HARBOUR_MASTER, case.number)
    assert await env.about(case, before) == [*LIFTED["ban"], "case.deleted"]
    assert await env.appeal_rows() == []
