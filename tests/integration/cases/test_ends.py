"""What ends by itself: on time, also after a time away, once, and never what is newer."""

import asyncio
from datetime import timedelta

import pytest
import structlog

from bot.storage.sweep import EVERY
from tests.integration.cases.cases_env import CasesEnv
from tests.support.crash_at_await import ends_in_death
from tests.support.fake_acts import BOT, Fault
from tests.support.loops import turn
from tests.support.patience import PATIENCE

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


async def temp_ban(env: CasesEnv) -> int:
    otter = env.someone()
    await env.order("tempban", otter, duration=HOUR)
    await env.echo()
    return otter


@pytest.mark.parametrize("log", [True, False], ids=["log", "no log"])
async def test_the_end_of_a_temp_ban_is_the_case_s_end_then_the_unban(
    env: CasesEnv, *, log: bool
) -> None:
    env.discord.log = log
    otter = await temp_ban(env)
    await env.sweep(after=HOUR - MINUTE)
    assert otter in env.discord.banned
    await env.sweep(after=MINUTE)
    assert otter not in env.discord.banned
    assert env.discord.reasons[-1] == "[case 1] herald: the time is over"
    await env.echo()
    await env.settle_members()
    created, banned, updated, unbanned = await env.told(otter)
    assert (created[0], banned[0]) == ("case.created", "member.banned")
    assert updated[0] == "case.updated"
    assert updated[1]["changes"] == {"status": {"old": "active", "new": "expired"}}
    assert updated[1]["updated_by_id"] == str(BOT)
    assert unbanned == (
        "member.unbanned",
        {
            "user_id": str(otter),
            "username": f"otter_{otter}",
            "moderator_id": str(BOT),
            "reason": None,
            "case_id": 1,
            "source": "bot",
        },
    )
    assert await env.transactions() in ([], [2, 2])


async def ended(env: CasesEnv, otter: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while len(await env.kinds(otter)) < 4:
            await turn()


async def test_the_task_sweeps_at_once_and_every_fifteen_seconds(env: CasesEnv) -> None:
    first, second = await temp_ban(env), env.someone()
    await env.order("tempban", second, duration=2 * HOUR)
    env.clock.advance(3600)
    env.cases.sweep.start()
    await ended(env, first)
    assert second in env.discord.banned
    env.clock.advance(3600 - EVERY)
    async with asyncio.timeout(PATIENCE):
        while second in env.discord.banned:
            env.clock.advance(EVERY)
            await turn()
    await ended(env, second)
    await env.cases.sweep.stop()


@pytest.mark.thorough("two hundred and fifty cases")
async def test_all_that_came_due_while_away_are_lifted_once(env: CasesEnv) -> None:
    count = 250 if env.emitter.database.is_sqlite else 60  # more than two batches
    people = [await temp_ban(env) for _ in range(count)]
    env.discord.calls.clear()
    env.clock.advance(86_400)
    await env.again()
    await env.sweep()
    assert env.discord.banned == {}
    lifted = [about for name, about in env.discord.calls if name == "unban"]
    assert sorted(lifted) == people
    await env.sweep(after=MINUTE)
    kinds = await env.kinds()
    assert kinds.count("case.updated expired") == kinds.count("member.unbanned") == count


async def test_a_ban_that_is_gone_is_done(env: CasesEnv) -> None:
    otter = await temp_ban(env)
    env.discord.banned.clear()
    await env.sweep(after=HOUR)
    assert (await env.kinds(otter))[2:] == ["case.updated expired", "member.unbanned"]


@pytest.mark.parametrize("call", ["ban_reason", "unban"])
@pytest.mark.parametrize(
    ("fault", "wait"), [(Fault.REFUSES, timedelta(minutes=15)), (Fault.LOST, MINUTE)]
)
async def test_what_cannot_be_lifted_stays_and_is_said(
    env: CasesEnv, call: str, fault: Fault, wait: timedelta
) -> None:
    await env.choose(log_channel_id=5)
    otter = await temp_ban(env)
    env.discord.calls.clear()
    env.discord.faults[call] = fault
    with structlog.testing.capture_logs() as logs:
        await env.sweep(after=HOUR)
        await env.sweep(after=wait - timedelta(seconds=1))
    assert env.discord.calls.count((call, otter)) == 1
    assert [line["event"] for line in logs if "not_ended" in line["event"]] == ["case.not_ended"]
    (row,) = await env.rows()
    assert row["state"] == "active"
    assert row["failure"] in ("Missing Permissions", "503 Service Unavailable")
    assert "I cannot lift it" in dict(env.discord.lines[1].fields)
    assert len(await env.kinds(otter)) == 2
    env.discord.faults.clear()
    await env.sweep(after=timedelta(seconds=1))
    (row,) = await env.rows()
    assert (row["state"], row["failure"]) == ("expired", None)
    assert ("State", "over") in env.discord.lines[1].fields


@pytest.mark.parametrize("log", [True, False], ids=["log", "no log"])
async def test_an_answer_that_got_lost_lifts_once(env: CasesEnv, *, log: bool) -> None:
    env.discord.log = log
    otter = await temp_ban(env)
    env.discord.faults["unban"] = Fault.LATE
    await env.sweep(after=HOUR)
    await env.echo()
    await env.settle_members()
    env.discord.faults.clear()
    await env.sweep(after=MINUTE)
    assert (await env.kinds(otter))[2:] == ["case.updated expired", "member.unbanned"]


async def test_an_old_temp_ban_does_not_lift_a_permanent_one_of_the_bot(env: CasesEnv) -> None:
    otter = await temp_ban(env)
    await env.order("ban", otter)
    await env.sweep(after=HOUR)
    assert otter in env.discord.banned
    assert (await env.kinds(otter))[2:] == ["case.created", "case.updated revoked"]


@pytest.mark.parametrize("away", [True, False])
async def test_an_old_temp_ban_does_not_lift_a_newer_one_by_hand(
    env: CasesEnv, *, away: bool
) -> None:
    otter = await temp_ban(env)
    env.discord.banned[otter] = "worse than I thought"
    if not away:
        env.discord.happens("unban", otter, "by hand")
        env.discord.happens("ban", otter, "worse")
        await env.echo()
        await env.settle_members()
    await env.sweep(after=HOUR)
    assert env.discord.banned[otter] == "worse than I thought"
    assert ("unban", otter) not in env.discord.calls
    assert (await env.rows())[0]["state"] == "revoked"


async def test_an_end_that_is_due_meets_a_new_ban_that_is_under_way(env: CasesEnv) -> None:
    otter = await temp_ban(env)
    env.discord.faults["ban"] = Fault.HANGS
    ordered = asyncio.create_task(env.order("ban", otter))
    await env.discord.called.wait()
    await env.sweep(after=HOUR)
    env.discord.let_go.set()
    await ordered
    await env.sweep(after=MINUTE)
    assert otter in env.discord.banned
    assert ("unban", otter) not in env.discord.calls
    assert (await env.kinds(otter))[2:] == ["case.created", "case.updated revoked"]


async def test_a_new_ban_waits_for_a_lift_that_is_under_way(env: CasesEnv) -> None:
    otter = await temp_ban(env)
    env.discord.faults["unban"] = Fault.HANGS
    sweep = asyncio.create_task(env.sweep(after=HOUR))
    await env.discord.called.wait()
    ordered = asyncio.create_task(env.order("ban", otter))
    async with asyncio.timeout(PATIENCE):
        while len(await env.rows()) < 2:
            await turn()
    assert env.discord.calls.count(("ban", otter)) == 1
    env.discord.let_go.set()
    await sweep
    await ordered
    assert otter in env.discord.banned
    assert (await env.kinds(otter))[2:4] == ["case.updated expired", "member.unbanned"]
    assert (await env.kinds(otter))[4:] == ["case.created", "member.banned"]


@pytest.mark.parametrize("log", [True, False], ids=["log", "no log"])
async def test_who_unbans_by_hand_closes_the_case(env: CasesEnv, *, log: bool) -> None:
    env.discord.log = log
    otter = await temp_ban(env)
    env.discord.banned.clear()
    env.discord.happens("unban", otter, "by hand")
    await env.echo()
    await env.settle_members()
    updated, unbanned = (await env.told(otter))[2:]
    assert (updated[0], updated[1]["status"]) == ("case.updated", "revoked")
    assert updated[1]["updated_by_id"] == ("77" if log else str(BOT))
    assert (unbanned[0], unbanned[1]["source"]) == ("member.unbanned", "discord")
    assert await env.transactions() in ([], [2, 2])
    await env.sweep(after=HOUR)
    assert len(await env.kinds(otter)) == 4


async def test_an_unban_by_hand_found_at_the_return_closes_the_case(env: CasesEnv) -> None:
    await env.sight_guild()
    otter = await temp_ban(env)
    await env.settle_members()
    env.discord.banned.clear()
    await env.again(orderly=True)
    await env.sight_guild()
    assert (await env.kinds(otter))[2:] == ["case.updated revoked", "member.unbanned"]


@pytest.mark.parametrize("log", [True, False], ids=["log", "no log"])
async def test_a_crash_after_the_lift_is_told_once(env: CasesEnv, *, log: bool) -> None:
    env.discord.log = log
    await env.sight_guild()
    otter = await temp_ban(env)
    await env.settle_members()
    env.discord.faults["unban"] = Fault.CRASH_AFTER
    assert await ends_in_death(env.sweep(after=HOUR))
    env.discord.faults.clear()
    await env.again()
    await env.echo()
    await env.sight_guild()
    await env.settle_members()
    await env.sweep(after=MINUTE)
    assert (await env.kinds(otter))[2:] == ["case.updated expired", "member.unbanned"]


async def test_one_case_that_fails_keeps_no_other_back(env: CasesEnv) -> None:
    first, second = await temp_ban(env), await temp_ban(env)
    env.discord.accounts.clear()
    env.discord.faults["unban"] = Fault.BREAKS
    with structlog.testing.capture_logs() as logs:
        await env.sweep(after=HOUR)
    broken = [line["event"] for line in logs if line["log_level"] == "error"]
    assert broken == ["sweep.row_failed"] * 2
    assert [about for name, about in env.discord.calls if name == "unban"] == [first, second]
