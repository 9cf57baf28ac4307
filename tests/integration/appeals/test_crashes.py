"""The process dies between any two steps: what a new one finds ends in the truth, told once."""

from collections.abc import Coroutine
from typing import Any

import pytest

from bot.errors import UserError
from bot.features.appeals.model import AppealState, PageState
from bot.features.cases.model import Case, CaseState
from tests.integration.appeals.appeals_env import LEASE, MESSAGE, AppealsBench
from tests.integration.appeals.test_decisions import LIFTED, stands
from tests.integration.cases.cases_env import HARBOUR_MASTER
from tests.support.cancel_at_await import interrupted
from tests.support.crash_at_await import dies
from tests.support.fake_acts import Fault, ProcessDied

CALLS = {"ban": "unban", "tempban": "unban", "timeout": "timeout", "mute": "change_roles"}


async def recover(bench: AppealsBench) -> None:
    """A new process: it hears the gateway, compares the guild, and sweeps."""
    bench.discord.faults.clear()
    await bench.again()
    await bench.echo()
    await bench.sight_guild()
    await bench.settle_members()
    await bench.sweep(after=LEASE)
    await bench.sweep_appeals()
    await bench.settle_members()


async def cut_at(bench: AppealsBench, work: Coroutine[Any, Any, object], point: int) -> bool:
    """Whether the work was cut at that await: as by a death, where the driver stands it."""
    if bench.emitter.database.is_sqlite:
        return await dies(work, point)
    return await interrupted(work, point, late=point % 2 == 0)


@pytest.mark.parametrize("log", [True, False], ids=["log", "no log"])
@pytest.mark.parametrize("kind", list(LIFTED))
@pytest.mark.parametrize("fault", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER])
async def test_a_crash_beside_the_lift(
    bench: AppealsBench, kind: str, fault: Fault, *, log: bool
) -> None:
    bench.discord.log = log
    await bench.sight_guild()
    case, token, one = await bench.appealed(kind)
    before = len(await bench.about(case))
    bench.discord.faults[CALLS[kind]] = fault
    with pytest.raises(ProcessDied):
        await bench.decide(one)
    (row,) = await bench.appeal_rows()
    assert row["state"] == "approving"
    assert await bench.about(case, before) == []
    await recover(bench)
    assert not stands(bench, kind, case.user_id)
    assert await bench.about(case, before) == LIFTED[kind]
    (after,) = await bench.appeals_of(case)
    assert (after.state, after.punishment_lifted) == (AppealState.APPROVED, True)
    assert (after.decided_by_name, after.reason) == ("harbour_master", "Welcome back.")
    assert (await bench.appeals.look(token)).state is PageState.APPROVED


@pytest.mark.parametrize(
    ("kind", "cut"), [*((kind, "died") for kind in LIFTED), ("ban", "cancelled")]
)
@pytest.mark.thorough("one punishment shows every await", but="sqlite-ban-died")
async def test_a_cut_at_any_await_of_an_approval(bench: AppealsBench, kind: str, cut: str) -> None:
    """Cut at each await in turn, the truth on Discord and the events agree in the end."""
    done: list[tuple[Case, int]] = []
    for point in range(1, 200):
        case, _token, one = await bench.appealed(kind)
        before = len(await bench.about(case))
        if cut == "died":
            was_cut = await cut_at(bench, bench.decide(one), point)
        else:
            was_cut = await interrupted(bench.decide(one), point, late=point % 2 == 1)
        if not was_cut:
            break
        done.append((case, before))
    assert len(done) > 10
    await recover(bench)
    outcomes = set[AppealState]()
    for case, before in done:
        (after,) = await bench.appeals_of(case)
        outcomes.add(after.state)
        approved = after.state is AppealState.APPROVED
        assert approved or after.state is AppealState.OPEN
        assert stands(bench, kind, case.user_id) is not approved
        assert await bench.about(case, before) == (LIFTED[kind] if approved else [])
        state = (await bench.row(case)).state
        assert state is (CaseState.REVOKED if approved else CaseState.ACTIVE)
    assert outcomes == {AppealState.APPROVED, AppealState.OPEN}


async def test_a_cut_at_any_await_of_a_submission(bench: AppealsBench) -> None:
    """It is there with its event and its card, or it is not, and can be sent again."""
    made: list[tuple[Case, str]] = []
    for point in range(1, 200):
        case, token = await bench.punished("mute")
        if not await cut_at(bench, bench.appeals.submit(token, MESSAGE), point):
            break
        made.append((case, token))
    assert len(made) > 5
    await recover(bench)
    outcomes = set[int]()
    for case, token in made:
        appeals = await bench.appeals_of(case)
        outcomes.add(len(appeals))
        assert (await bench.about(case)).count("case.appealed") == len(appeals)
        expected = PageState.OPEN if appeals else PageState.MAY_APPEAL
        assert (await bench.appeals.look(token)).state is expected
    both = {0, 1} if bench.emitter.database.is_sqlite else {0}
    assert outcomes >= both  # PostgreSQL's pool varies in its awaits: the last may not be met
    assert len(bench.discord.lines) == len(await bench.appeal_rows())


async def test_a_cut_at_any_await_of_a_denial(bench: AppealsBench) -> None:
    made: list[Case] = []
    for point in range(1, 200):
        case, _token, one = await bench.appealed("mute")
        if not await cut_at(bench, bench.decide(one, "denied", "No."), point):
            break
        made.append(case)
    await recover(bench)
    outcomes = set[AppealState]()
    for case in made:
        (after,) = await bench.appeals_of(case)
        outcomes.add(after.state)
        is_denied = after.state is AppealState.DENIED
        assert (await bench.about(case)).count("case.appeal_decided") == is_denied
        assert len(bench.letters_to(case.user_id)) == 1 + is_denied
    both = (
        {AppealState.OPEN, AppealState.DENIED}
        if bench.emitter.database.is_sqlite
        else {AppealState.OPEN}
    )
    assert outcomes >= both


async def test_what_a_crash_owed_is_sent_by_the_next_process(bench: AppealsBench) -> None:
    case, token = await bench.punished("mute")
    await bench.appeals.submit(token, MESSAGE)
    await recover(bench)
    assert len(bench.discord.lines) == 1
    (one,) = await bench.appeals_of(case)
    await bench.decide(one, "denied", "No.")
    assert len(bench.letters_to(case.user_id)) == 1
    await recover(bench)
    assert len(bench.letters_to(case.user_id)) == 2
    assert len(bench.discord.redrawn) == 1


async def test_an_approval_waits_while_the_bot_is_not_in_the_guild(bench: AppealsBench) -> None:
    case, _token, one = await bench.appealed()
    bench.discord.faults["unban"] = Fault.LOST
    with pytest.raises(Exception, match="gave no answer"):
        await bench.decide(one)
    bench.discord.faults.clear()
    bench.discord.is_there = False
    await bench.sweep_appeals(after=LEASE)
    assert case.user_id in bench.discord.banned
    bench.discord.is_there = True
    await bench.sweep_appeals(after=LEASE)
    assert case.user_id not in bench.discord.banned


async def test_a_case_is_not_deleted_between_the_steps(bench: AppealsBench) -> None:
    """Nobody could tell any more what the lift was about."""
    case, _token, one = await bench.appealed()
    before = len(await bench.about(case))
    bench.discord.faults["unban"] = Fault.CRASH_AFTER
    with pytest.raises(ProcessDied):
        await bench.decide(one)
    bench.discord.faults.clear()
    with pytest.raises(UserError, match="being approved"):
        await bench.process.book.delete(HARBOUR_MASTER, case.number)
    await recover(bench)
    await bench.process.book.delete(HARBOUR_MASTER, case.number)
    assert await bench.about(case, before) == [*LIFTED["ban"], "case.deleted"]
    assert await bench.appeal_rows() == []
