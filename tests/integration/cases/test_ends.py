"""What ends by itself: on time, also after a time away, once, and never what is newer."""

import asyncio
from datetime import timedelta

import pytest
import structlog

from bot.storage.sweep import EVERY
from tests.integration.cases.cases_env import Bench
from tests.support.fake_acts import BOT, Fault
from tests.support.loops import turn

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


async def temp_ban(bench: Bench) -> int:
    otter = bench.someone()
    await bench.order("tempban", otter, duration=HOUR)
    await bench.echo()
    return otter


@pytest.mark.parametrize("log", [True, False], ids=["log", "no log"])
async def test_the_end_of_a_temp_ban_is_the_case_s_end_then_the_unban(
    bench: Bench, *, log: bool
) -> None:
    bench.discord.log = log
    otter = await temp_ban(bench)
    await bench.sweep(after=HOUR - MINUTE)
    assert otter in bench.discord.banned
    await bench.sweep(after=MINUTE)
    assert otter not in bench.discord.banned
    assert bench.discord.reasons[-1] == "[case 1] herald: the time is over"
    await bench.echo()
    await bench.settle_members()
    created, banned, updated, unbanned = await bench.told(otter)
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
    assert await bench.transactions() in ([], [2, 2])


async def ended(bench: Bench, otter: int) -> None:
    async with asyncio.timeout(20):
        while len(await bench.kinds(otter)) < 4:
            await turn()


async def test_the_task_sweeps_at_once_and_every_fifteen_seconds(bench: Bench) -> None:
    first, second = await temp_ban(bench), bench.someone()
    await bench.order("tempban", second, duration=2 * HOUR)
    bench.clock.advance(3600)
    bench.cases.sweep.start()
    await ended(bench, first)
    assert second in bench.discord.banned
    bench.clock.advance(3600 - EVERY)
    async with asyncio.timeout(20):
        while second in bench.discord.banned:
            bench.clock.advance(EVERY)
            await turn()
    await ended(bench, second)
    await bench.cases.sweep.stop()


@pytest.mark.thorough("two hundred and fifty take long", but="sqlite")
async def test_all_of_250_that_came_due_while_away_are_lifted_once(bench: Bench) -> None:
    people = [await temp_ban(bench) for _ in range(250)]
    bench.discord.calls.clear()
    bench.clock.advance(86_400)
    await bench.again()
    await bench.sweep()
    assert bench.discord.banned == {}
    lifted = [about for name, about in bench.discord.calls if name == "unban"]
    assert sorted(lifted) == people
    await bench.sweep(after=MINUTE)
    kinds = await bench.kinds()
    assert kinds.count("case.updated expired") == kinds.count("member.unbanned") == 250


async def test_a_ban_that_is_gone_is_done(bench: Bench) -> None:
    otter = await temp_ban(bench)
    bench.discord.banned.clear()
    await bench.sweep(after=HOUR)
    assert (await bench.kinds(otter))[2:] == ["case.updated expired", "member.unbanned"]


@pytest.mark.parametrize("call", ["ban_reason", "unban"])
@pytest.mark.parametrize(
    ("fault", "wait"), [(Fault.REFUSES, timedelta(minutes=15)), (Fault.LOST, MINUTE)]
)
async def test_what_cannot_be_lifted_stays_and_is_said(
    bench: Bench, call: str, fault: Fault, wait: timedelta
) -> None:
    await bench.choose(log_channel_id=5)
    otter = await temp_ban(bench)
    bench.discord.calls.clear()
    bench.discord.faults[call] = fault
    with structlog.testing.capture_logs() as logs:
        await bench.sweep(after=HOUR)
        await bench.sweep(after=wait - timedelta(seconds=1))
    assert bench.discord.calls.count((call, otter)) == 1
    assert [line["event"] for line in logs if "not_ended" in line["event"]] == ["case.not_ended"]
    (row,) = await bench.rows()
    assert row["state"] == "active"
    assert row["failure"] in ("Missing Permissions", "503 Service Unavailable")
    assert "I cannot lift it" in dict(bench.discord.lines[1].fields)
    assert len(await bench.kinds(otter)) == 2
    bench.discord.faults.clear()
    await bench.sweep(after=timedelta(seconds=1))
    (row,) = await bench.rows()
    assert (row["state"], row["failure"]) == ("expired", None)
    assert ("State", "over") in bench.discord.lines[1].fields


@pytest.mark.parametrize("log", [True, False], ids=["log", "no log"])
async def test_an_answer_that_got_lost_lifts_once(bench: Bench, *, log: bool) -> None:
    bench.discord.log = log
    otter = await temp_ban(bench)
    bench.discord.faults["unban"] = Fault.LATE
    await bench.sweep(after=HOUR)
    await bench.echo()
    await bench.settle_members()
    bench.discord.faults.clear()
    await bench.sweep(after=MINUTE)
    assert (await bench.kinds(otter))[2:] == ["case.updated expired", "member.unbanned"]


async def test_an_old_temp_ban_does_not_lift_a_permanent_one_of_the_bot(bench: Bench) -> None:
    otter = await temp_ban(bench)
    await bench.order("ban", otter)
    await bench.sweep(after=HOUR)
    assert otter in bench.discord.banned
    assert (await bench.kinds(otter))[2:] == ["case.created", "case.updated revoked"]


@pytest.mark.parametrize("away", [True, False])
async def test_an_old_temp_ban_does_not_lift_a_newer_one_by_hand(
    bench: Bench, *, away: bool
) -> None:
    otter = await temp_ban(bench)
    bench.discord.banned[otter] = "worse than I thought"
    if not away:
        bench.discord.happens("unban", otter, "by hand")
        bench.discord.happens("ban", otter, "worse")
        await bench.echo()
        await bench.settle_members()
    await bench.sweep(after=HOUR)
    assert bench.discord.banned[otter] == "worse than I thought"
    assert ("unban", otter) not in bench.discord.calls
    assert (await bench.rows())[0]["state"] == "revoked"


async def test_an_end_that_is_due_meets_a_new_ban_that_is_under_way(bench: Bench) -> None:
    otter = await temp_ban(bench)
    bench.discord.faults["ban"] = Fault.HANGS
    ordered = asyncio.create_task(bench.order("ban", otter))
    await bench.discord.called.wait()
    await bench.sweep(after=HOUR)
    bench.discord.let_go.set()
    await ordered
    await bench.sweep(after=MINUTE)
    assert otter in bench.discord.banned
    assert ("unban", otter) not in bench.discord.calls
    assert (await bench.kinds(otter))[2:] == ["case.created", "case.updated revoked"]


async def test_a_new_ban_waits_for_a_lift_that_is_under_way(bench: Bench) -> None:
    otter = await temp_ban(bench)
    bench.discord.faults["unban"] = Fault.HANGS
    sweep = asyncio.create_task(bench.sweep(after=HOUR))
    await bench.discord.called.wait()
    ordered = asyncio.create_task(bench.order("ban", otter))
    async with asyncio.timeout(20):
        while len(await bench.rows()) < 2:
            await turn()
    assert bench.discord.calls.count(("ban", otter)) == 1
    bench.discord.let_go.set()
    await sweep
    await ordered
    assert otter in bench.discord.banned
    assert (await bench.kinds(otter))[2:4] == ["case.updated expired", "member.unbanned"]
    assert (await bench.kinds(otter))[4:] == ["case.created", "member.banned"]


@pytest.mark.parametrize("log", [True, False], ids=["log", "no log"])
async def test_who_unbans_by_hand_closes_the_case(bench: Bench, *, log: bool) -> None:
    bench.discord.log = log
    otter = await temp_ban(bench)
    bench.discord.banned.clear()
    bench.discord.happens("unban", otter, "by hand")
    await bench.echo()
    await bench.settle_members()
    updated, unbanned = (await bench.told(otter))[2:]
    assert (updated[0], updated[1]["status"]) == ("case.updated", "revoked")
    assert updated[1]["updated_by_id"] == ("77" if log else str(BOT))
    assert (unbanned[0], unbanned[1]["source"]) == ("member.unbanned", "discord")
    assert await bench.transactions() in ([], [2, 2])
    await bench.sweep(after=HOUR)
    assert len(await bench.kinds(otter)) == 4


async def test_an_unban_by_hand_found_at_the_return_closes_the_case(bench: Bench) -> None:
    await bench.sight_guild()
    otter = await temp_ban(bench)
    await bench.settle_members()
    bench.discord.banned.clear()
    await bench.again(orderly=True)
    await bench.sight_guild()
    assert (await bench.kinds(otter))[2:] == ["case.updated revoked", "member.unbanned"]


@pytest.mark.parametrize("log", [True, False], ids=["log", "no log"])
async def test_a_crash_after_the_lift_is_told_once(bench: Bench, *, log: bool) -> None:
    bench.discord.log = log
    await bench.sight_guild()
    otter = await temp_ban(bench)
    await bench.settle_members()
    bench.discord.faults["unban"] = Fault.CRASH_AFTER
    with structlog.testing.capture_logs() as logs:
        await bench.sweep(after=HOUR)
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["sweep.row_failed"]
    bench.discord.faults.clear()
    await bench.again()
    await bench.echo()
    await bench.sight_guild()
    await bench.settle_members()
    await bench.sweep(after=MINUTE)
    assert (await bench.kinds(otter))[2:] == ["case.updated expired", "member.unbanned"]


async def test_one_case_that_fails_keeps_no_other_back(bench: Bench) -> None:
    first, second = await temp_ban(bench), await temp_ban(bench)
    bench.discord.accounts.clear()
    bench.discord.faults["unban"] = Fault.CRASH_BEFORE
    await bench.sweep(after=HOUR)
    assert [about for name, about in bench.discord.calls if name == "unban"] == [first, second]
