"""A punishment that ends while somebody appeals: told once, by whoever ended it."""

import asyncio
from typing import Any

import pytest

from bot.errors import UserError
from bot.features.appeals.model import AppealState, PageState
from bot.features.cases.model import CaseState
from tests.integration.appeals.appeals_env import DAY, HOUR, LEASE, AppealsEnv
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import Fault
from tests.support.loops import turn
from tests.support.patience import PATIENCE


async def test_after_a_refusal_a_lift_by_hand_is_somebody_else_s(env: AppealsEnv) -> None:
    case, _token, one = await env.appealed()
    before = len(await env.about(case))
    env.discord.faults["unban"] = Fault.REFUSES
    with pytest.raises(UserError):
        await env.decide(one)
    env.discord.faults.clear()
    env.discord.banned.pop(case.user_id)
    env.discord.happens("unban", case.user_id, "by hand")
    await env.echo()
    await env.settle_members()
    assert await env.about(case, before) == ["case.updated revoked", "member.unbanned"]
    assert (await env.told(case.user_id))[-1][1]["source"] == "discord"
    assert (await env.appeals_of(case))[0].state is AppealState.CLOSED


@pytest.mark.parametrize("decision", ["approved", "denied"])
async def test_a_ban_lifted_unseen_closes_the_appeal(env: AppealsEnv, decision: Any) -> None:
    """It is told by whoever finds the unban, once."""
    case, _token, one = await env.appealed()
    before = len(await env.about(case))
    env.discord.banned.pop(case.user_id)
    env.discord.happens("unban", case.user_id, "by hand")
    decided = await env.decide(one, decision)
    assert (decided.state, decided.decided_by_id) == (AppealState.CLOSED, None)
    assert await env.about(case, before) == []
    await env.echo()
    await env.settle_members()
    assert await env.about(case, before) == ["case.updated revoked", "member.unbanned"]


async def test_a_newer_ban_by_hand_is_not_lifted(env: AppealsEnv) -> None:
    case, _token, one = await env.appealed()
    env.discord.banned[case.user_id] = "worse than I thought"
    assert (await env.decide(one)).state is AppealState.CLOSED
    assert env.discord.banned[case.user_id] == "worse than I thought"


async def test_a_newer_ban_between_the_steps_is_not_lifted(env: AppealsEnv) -> None:
    case, _token, one = await env.appealed()
    env.discord.faults["unban"] = Fault.LOST
    with pytest.raises(UserError):
        await env.decide(one)
    env.discord.faults.clear()
    env.discord.banned[case.user_id] = "worse than I thought"
    await env.sweep_appeals(after=LEASE)
    assert case.user_id in env.discord.banned
    (row,) = await env.appeal_rows()
    assert (row["state"], row["failure"]) == ("open", "somebody else has banned them since")
    assert (await env.decide(one)).state is AppealState.CLOSED


@pytest.mark.parametrize("log", [True, False], ids=["log", "no log"])
async def test_a_ban_lifted_by_hand_closes_the_appeal(env: AppealsEnv, *, log: bool) -> None:
    env.discord.log = log
    case, token, one = await env.appealed()
    before = len(await env.about(case))
    env.discord.banned.pop(case.user_id)
    env.discord.happens("unban", case.user_id, "by hand")
    await env.echo()
    await env.settle_members()
    assert (await env.appeals_of(case))[0].state is AppealState.CLOSED
    assert (await env.appeals.look(token)).state is PageState.CLOSED
    with pytest.raises(UserError, match="nothing to decide"):
        await env.decide(one)
    assert await env.about(case, before) == ["case.updated revoked", "member.unbanned"]


@pytest.mark.parametrize("kind", ["tempban", "timeout", "mute"])
async def test_what_runs_out_closes_the_appeal(env: AppealsEnv, kind: str) -> None:
    case, token, _one = await env.appealed(kind, duration=HOUR)
    await env.sweep(after=HOUR)
    assert (await env.appeals_of(case))[0].state is AppealState.CLOSED
    assert (await env.appeals.look(token)).state is PageState.CLOSED
    assert "case.appeal_decided" not in await env.about(case)


async def test_what_has_run_out_is_closed_where_the_sweep_is_late(env: AppealsEnv) -> None:
    case, _token, one = await env.appealed("mute", duration=HOUR)
    env.clock.advance(3600)
    assert (await env.decide(one)).state is AppealState.CLOSED
    assert 20 in env.discord.roles_of(case.user_id)  # for the case's own sweep to lift


@pytest.mark.parametrize("kind", ["unban", "ban"])
async def test_a_case_that_takes_its_place_closes_the_appeal(env: AppealsEnv, kind: Any) -> None:
    case, _token, _one = await env.appealed("tempban")
    await env.order(kind, case.user_id)
    assert (await env.appeals_of(case))[0].state is AppealState.CLOSED


@pytest.mark.parametrize("by_hand", [True, False])
async def test_an_end_meanwhile_is_an_approval_that_lifted_nothing(
    env: AppealsEnv, *, by_hand: bool
) -> None:
    """Ended between the first step and the second, which had to wait for an answer."""
    case, token, one = await env.appealed("tempban", duration=DAY)
    before = len(await env.about(case))
    env.discord.faults["ban_reason"] = Fault.LOST
    with pytest.raises(UserError):
        await env.decide(one)
    env.discord.faults = {"unban": Fault.LOST}
    with pytest.raises(UserError):
        await env.decide(one)
    env.discord.faults.clear()
    if by_hand:
        env.discord.banned.pop(case.user_id)
        env.discord.happens("unban", case.user_id, "by hand")
        await env.again()
        async with env.process.members.echoes.own(GUILD, case.user_id, "unbanned"):
            pass  # nothing came of it
        await env.echo()
        await env.settle_members()
    else:
        await env.sweep(after=DAY)
        await env.echo()
        await env.settle_members()
    ended = "case.updated revoked" if by_hand else "case.updated expired"
    assert await env.about(case, before) == [ended, "member.unbanned"]
    await env.sweep_appeals(after=LEASE)
    (after,) = await env.appeals_of(case)
    assert (after.state, after.punishment_lifted) == (AppealState.APPROVED, False)
    assert await env.about(case, before) == [ended, "member.unbanned", "case.appeal_decided"]
    assert (await env.told(case.user_id))[-1][1]["punishment_lifted"] is False
    assert (await env.appeals.look(token)).state is PageState.APPROVED


async def test_a_timeout_or_a_mute_of_somebody_who_left_counts_as_lifted(
    env: AppealsEnv,
) -> None:
    for kind in ("timeout", "mute"):
        case, _token, one = await env.appealed(kind)
        env.discord.people.pop(case.user_id)
        assert (await env.decide(one)).punishment_lifted
        assert (await env.row(case)).state is CaseState.REVOKED


async def test_an_approved_mute_is_not_given_again_at_a_rejoin(env: AppealsEnv) -> None:
    case, _token, one = await env.appealed("mute")
    await env.decide(one)
    env.discord.enter(case.user_id)
    await env.cases.rejoined(GUILD, case.user_id)
    assert env.discord.roles_of(case.user_id) == set()


async def test_a_decision_waits_for_what_is_under_way(env: AppealsEnv) -> None:
    """A new timeout and the lift of the old one do not meet on Discord."""
    case, _token, one = await env.appealed("timeout")
    env.discord.faults["timeout"] = Fault.HANGS
    ordered = asyncio.create_task(env.order("timeout", case.user_id, duration=HOUR))
    await env.discord.called.wait()
    decided = asyncio.create_task(env.decide(one))
    async with asyncio.timeout(PATIENCE):
        while (await env.appeals_of(case))[0].state is AppealState.OPEN:
            await turn()
    env.discord.let_go.set()
    await ordered
    assert (await decided).punishment_lifted is False
    assert env.discord.people[case.user_id].timed_out_until == env.clock.now() + HOUR
