"""A punishment that ends while somebody appeals: told once, by whoever ended it."""

import asyncio
from typing import Any

import pytest

from bot.errors import UserError
from bot.features.appeals.model import AppealState, PageState
from bot.features.cases.model import CaseState
from tests.integration.appeals.appeals_env import DAY, HOUR, LEASE, AppealsBench
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import Fault
from tests.support.loops import turn


async def test_after_a_refusal_a_lift_by_hand_is_somebody_else_s(bench: AppealsBench) -> None:
    case, _token, one = await bench.appealed()
    before = len(await bench.about(case))
    bench.discord.faults["unban"] = Fault.REFUSES
    with pytest.raises(UserError):
        await bench.decide(one)
    bench.discord.faults.clear()
    bench.discord.banned.pop(case.user_id)
    bench.discord.happens("unban", case.user_id, "by hand")
    await bench.echo()
    await bench.settle_members()
    assert await bench.about(case, before) == ["case.updated revoked", "member.unbanned"]
    assert (await bench.told(case.user_id))[-1][1]["source"] == "discord"
    assert (await bench.appeals_of(case))[0].state is AppealState.CLOSED


@pytest.mark.parametrize("decision", ["approved", "denied"])
async def test_a_ban_lifted_unseen_closes_the_appeal(bench: AppealsBench, decision: Any) -> None:
    """It is told by whoever finds the unban, once."""
    case, _token, one = await bench.appealed()
    before = len(await bench.about(case))
    bench.discord.banned.pop(case.user_id)
    bench.discord.happens("unban", case.user_id, "by hand")
    decided = await bench.decide(one, decision)
    assert (decided.state, decided.decided_by_id) == (AppealState.CLOSED, None)
    assert await bench.about(case, before) == []
    await bench.echo()
    await bench.settle_members()
    assert await bench.about(case, before) == ["case.updated revoked", "member.unbanned"]


async def test_a_newer_ban_by_hand_is_not_lifted(bench: AppealsBench) -> None:
    case, _token, one = await bench.appealed()
    bench.discord.banned[case.user_id] = "worse than I thought"
    assert (await bench.decide(one)).state is AppealState.CLOSED
    assert bench.discord.banned[case.user_id] == "worse than I thought"


async def test_a_newer_ban_between_the_steps_is_not_lifted(bench: AppealsBench) -> None:
    case, _token, one = await bench.appealed()
    bench.discord.faults["unban"] = Fault.LOST
    with pytest.raises(UserError):
        await bench.decide(one)
    bench.discord.faults.clear()
    bench.discord.banned[case.user_id] = "worse than I thought"
    await bench.sweep_appeals(after=LEASE)
    assert case.user_id in bench.discord.banned
    (row,) = await bench.appeal_rows()
    assert (row["state"], row["failure"]) == ("open", "somebody else has banned them since")
    assert (await bench.decide(one)).state is AppealState.CLOSED


@pytest.mark.parametrize("log", [True, False], ids=["log", "no log"])
async def test_a_ban_lifted_by_hand_closes_the_appeal(bench: AppealsBench, *, log: bool) -> None:
    bench.discord.log = log
    case, token, one = await bench.appealed()
    before = len(await bench.about(case))
    bench.discord.banned.pop(case.user_id)
    bench.discord.happens("unban", case.user_id, "by hand")
    await bench.echo()
    await bench.settle_members()
    assert (await bench.appeals_of(case))[0].state is AppealState.CLOSED
    assert (await bench.appeals.look(token)).state is PageState.CLOSED
    with pytest.raises(UserError, match="nothing to decide"):
        await bench.decide(one)
    assert await bench.about(case, before) == ["case.updated revoked", "member.unbanned"]


@pytest.mark.parametrize("kind", ["tempban", "timeout", "mute"])
async def test_what_runs_out_closes_the_appeal(bench: AppealsBench, kind: str) -> None:
    case, token, _one = await bench.appealed(kind, duration=HOUR)
    await bench.sweep(after=HOUR)
    assert (await bench.appeals_of(case))[0].state is AppealState.CLOSED
    assert (await bench.appeals.look(token)).state is PageState.CLOSED
    assert "case.appeal_decided" not in await bench.about(case)


async def test_what_has_run_out_is_closed_where_the_sweep_is_late(bench: AppealsBench) -> None:
    case, _token, one = await bench.appealed("mute", duration=HOUR)
    bench.clock.advance(3600)
    assert (await bench.decide(one)).state is AppealState.CLOSED
    assert 20 in bench.discord.roles_of(case.user_id)  # for the case's own sweep to lift


@pytest.mark.parametrize("kind", ["unban", "ban"])
async def test_a_case_that_takes_its_place_closes_the_appeal(
    bench: AppealsBench, kind: Any
) -> None:
    case, _token, _one = await bench.appealed("tempban")
    await bench.order(kind, case.user_id)
    assert (await bench.appeals_of(case))[0].state is AppealState.CLOSED


@pytest.mark.parametrize("by_hand", [True, False])
async def test_an_end_meanwhile_is_an_approval_that_lifted_nothing(
    bench: AppealsBench, *, by_hand: bool
) -> None:
    """Ended between the first step and the second, which had to wait for an answer."""
    case, token, one = await bench.appealed("tempban", duration=DAY)
    before = len(await bench.about(case))
    bench.discord.faults["ban_reason"] = Fault.LOST
    with pytest.raises(UserError):
        await bench.decide(one)
    bench.discord.faults = {"unban": Fault.LOST}
    with pytest.raises(UserError):
        await bench.decide(one)
    bench.discord.faults.clear()
    if by_hand:
        bench.discord.banned.pop(case.user_id)
        bench.discord.happens("unban", case.user_id, "by hand")
        await bench.again()
        async with bench.process.members.echoes.own(GUILD, case.user_id, "unbanned"):
            pass  # nothing came of it
        await bench.echo()
        await bench.settle_members()
    else:
        await bench.sweep(after=DAY)
        await bench.echo()
        await bench.settle_members()
    ended = "case.updated revoked" if by_hand else "case.updated expired"
    assert await bench.about(case, before) == [ended, "member.unbanned"]
    await bench.sweep_appeals(after=LEASE)
    (after,) = await bench.appeals_of(case)
    assert (after.state, after.punishment_lifted) == (AppealState.APPROVED, False)
    assert await bench.about(case, before) == [ended, "member.unbanned", "case.appeal_decided"]
    assert (await bench.told(case.user_id))[-1][1]["punishment_lifted"] is False
    assert (await bench.appeals.look(token)).state is PageState.APPROVED


async def test_a_timeout_or_a_mute_of_somebody_who_left_counts_as_lifted(
    bench: AppealsBench,
) -> None:
    for kind in ("timeout", "mute"):
        case, _token, one = await bench.appealed(kind)
        bench.discord.people.pop(case.user_id)
        assert (await bench.decide(one)).punishment_lifted
        assert (await bench.row(case)).state is CaseState.REVOKED


async def test_an_approved_mute_is_not_given_again_at_a_rejoin(bench: AppealsBench) -> None:
    case, _token, one = await bench.appealed("mute")
    await bench.decide(one)
    bench.discord.enter(case.user_id)
    await bench.cases.rejoined(GUILD, case.user_id)
    assert bench.discord.roles_of(case.user_id) == set()


async def test_a_decision_waits_for_what_is_under_way(bench: AppealsBench) -> None:
    """A new timeout and the lift of the old one do not meet on Discord."""
    case, _token, one = await bench.appealed("timeout")
    bench.discord.faults["timeout"] = Fault.HANGS
    ordered = asyncio.create_task(bench.order("timeout", case.user_id, duration=HOUR))
    await bench.discord.called.wait()
    decided = asyncio.create_task(bench.decide(one))
    async with asyncio.timeout(20):
        while (await bench.appeals_of(case))[0].state is AppealState.OPEN:
            await turn()
    bench.discord.let_go.set()
    await ordered
    assert (await decided).punishment_lifted is False
    assert bench.discord.people[case.user_id].timed_out_until == bench.clock.now() + HOUR
