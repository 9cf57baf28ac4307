"""A softban: a ban that is lifted at once, told as one case and one departure."""

import asyncio
from datetime import timedelta

import pytest

from bot.errors import UserError
from bot.features.cases.model import CaseState
from tests.integration.cases.cases_env import CasesEnv
from tests.support.fake_acts import MODERATOR, Fault

LEASE = timedelta(seconds=61)
TOLD = ["case.created", "member.left"]


@pytest.mark.parametrize("log", [True, False], ids=["log", "no log"])
async def test_a_softban_is_one_case_and_one_departure_whatever_the_gateway_tells(
    env: CasesEnv, *, log: bool
) -> None:
    env.discord.log = log
    otter = env.someone()
    case = await env.order("softban", otter, reason="Spam", deletes=timedelta(hours=6))
    assert env.discord.banned == {}
    assert otter not in env.discord.people
    assert env.discord.deletions == [6 * 3600]
    await env.echo()
    await env.settle_members()
    created, left = await env.told()
    assert (created[0], created[1]["type"], case.state) == (
        "case.created",
        "softban",
        CaseState.ACTIVE,
    )
    assert (left[0], left[1]["kind"], left[1]["moderator_id"]) == (
        "member.left",
        "kicked",
        str(MODERATOR),
    )
    assert await env.transactions() in ([], [2])
    (letter,) = env.discord.letters
    assert "You may come back" in (letter[1].text or "")


@pytest.mark.parametrize("log", [True, False], ids=["log", "no log"])
async def test_what_the_gateway_tells_before_the_third_step_is_no_news(
    env: CasesEnv, *, log: bool
) -> None:
    env.discord.log = log
    otter = env.someone()
    env.discord.faults["unban"] = Fault.HANGS
    ordered = asyncio.create_task(env.order("softban", otter))
    await env.discord.called.wait()
    await env.echo()  # of the ban
    await env.settle_members()
    env.discord.let_go.set()
    await ordered
    await env.echo()
    await env.settle_members()
    assert await env.kinds(otter) == TOLD


@pytest.mark.parametrize("log", [True, False], ids=["log", "no log"])
async def test_a_ban_by_hand_after_it_is_told(env: CasesEnv, *, log: bool) -> None:
    env.discord.log = log
    otter = env.someone()
    await env.order("softban", otter)
    await env.echo()
    await env.settle_members()
    env.discord.happens("ban", otter, "back again")
    await env.echo()
    await env.settle_members()
    assert await env.kinds(otter) == [*TOLD, "member.banned"]


async def test_a_ban_of_somebody_else_s_is_not_lifted(env: CasesEnv) -> None:
    otter = env.someone()
    env.discord.banned[otter] = "by hand"  # a moment before the call
    await env.order("softban", otter)
    assert env.discord.banned == {otter: "by hand"}


@pytest.mark.parametrize("fault", [Fault.REFUSES, Fault.LOST, Fault.LATE])
async def test_once_its_ban_stands_its_end_is_owed_until_it_is_done(
    env: CasesEnv, fault: Fault
) -> None:
    otter = env.someone()
    env.discord.faults["unban"] = fault
    with pytest.raises(UserError, match="gave no answer"):
        await env.order("softban", otter)
    await env.sweep(after=LEASE)
    if fault is not Fault.LATE:
        assert otter in env.discord.banned
        assert (await env.rows())[0]["state"] == "pending"
        assert await env.kinds(otter) == []
    env.discord.faults.clear()
    await env.again()
    await env.sweep(after=LEASE)
    await env.echo()
    await env.settle_members()
    assert env.discord.banned == {}
    assert (await env.rows())[0]["state"] == "active"
    assert await env.kinds(otter) == TOLD


async def test_nobody_who_came_back_is_removed_again_by_a_sweep(env: CasesEnv) -> None:
    otter = env.someone()
    env.discord.faults["ban"] = Fault.LOST
    with pytest.raises(UserError, match="gave no answer"):
        await env.order("softban", otter)
    env.discord.faults.clear()
    await env.sweep(after=LEASE)
    assert otter in env.discord.people
    assert (await env.rows())[0]["state"] == "void"
    assert await env.kinds(otter) == []


async def test_only_a_member_is_softbanned(env: CasesEnv) -> None:
    env.discord.people.pop(otter := env.someone())
    with pytest.raises(UserError, match="not in this server"):
        await env.order("softban", otter)
