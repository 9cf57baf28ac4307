"""The process dies between any two steps: what a new one finds ends in the truth, told once."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import pytest

from bot.catalogue.cases import CaseType
from bot.errors import UserError
from bot.features.cases.model import CaseState, Order
from tests.integration.cases.cases_env import HARBOUR_MASTER, Bench
from tests.support.cancel_at_await import interrupted
from tests.support.crash_at_await import dies
from tests.support.fake_acts import Fault, ProcessDied
from tests.support.loops import turn

HOUR = timedelta(hours=1)
LEASE = timedelta(seconds=61)
FACTS = {
    "ban": ["case.created", "member.banned"],
    "tempban": ["case.created", "member.banned"],
    "kick": ["case.created", "member.left"],
    "timeout": ["case.created"],
    "mute": ["case.created"],
    "unban": ["case.created", "case.updated revoked", "member.unbanned"],
}
CALLS = {
    "ban": "ban",
    "tempban": "ban",
    "kick": "kick",
    "timeout": "timeout",
    "mute": "change_roles",
    "unban": "unban",
}
ACTS: list[CaseType] = ["ban", "tempban", "kick", "timeout", "mute", "unban"]


async def target(bench: Bench, kind: CaseType) -> tuple[int, int]:
    """Somebody to do it to, and how many events there were before."""
    otter = bench.someone()
    if kind == "unban":
        await bench.order("ban", otter)
        await bench.echo()
    return otter, len(await bench.kinds(otter))


def ordered(bench: Bench, kind: CaseType, otter: int) -> Coroutine[Any, Any, object]:
    lasts = HOUR if kind in ("timeout", "tempban") else None
    return bench.cases.order(HARBOUR_MASTER, Order(kind, otter, duration=lasts))


def is_done(bench: Bench, kind: CaseType, otter: int) -> bool:
    match kind:
        case "ban" | "tempban":
            return otter in bench.discord.banned
        case "unban":
            return otter not in bench.discord.banned
        case "kick":
            return otter not in bench.discord.people
        case "timeout":
            return bench.discord.people[otter].timed_out_until is not None
        case _:
            return 20 in bench.discord.roles_of(otter)


async def cut_at(bench: Bench, work: Coroutine[Any, Any, object], point: int) -> bool:
    """Whether the work was cut at that await.

    PostgreSQL's driver copes with a cancellation, and with nothing else in its midst; SQLite's
    keeps a cancelled statement that returns rows open, as no process does that died.
    """
    if bench.emitter.database.is_sqlite:
        return await dies(work, point)
    return await interrupted(work, point, late=point % 2 == 0)


async def recover(bench: Bench) -> None:
    """A new process: it hears the gateway, compares the guild, and sweeps."""
    bench.discord.faults.clear()
    await bench.again()
    await bench.echo()
    await bench.sight_guild()
    await bench.settle_members()
    await bench.sweep(after=LEASE)
    await bench.settle_members()


@pytest.mark.parametrize("log", [True, False], ids=["log", "no log"])
@pytest.mark.parametrize("kind", ACTS)
@pytest.mark.parametrize("fault", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER])
async def test_a_crash_beside_the_call(
    bench: Bench, kind: CaseType, fault: Fault, *, log: bool
) -> None:
    bench.discord.log = log
    await bench.sight_guild()
    otter, before = await target(bench, kind)
    bench.discord.faults[CALLS[kind]] = fault
    with pytest.raises(ProcessDied):
        await ordered(bench, kind, otter)
    await recover(bench)
    done = fault is Fault.CRASH_AFTER
    assert is_done(bench, kind, otter) is done
    assert (await bench.kinds(otter))[before:] == (FACTS[kind] if done else [])
    assert (await bench.rows())[-1]["state"] == ("active" if done else "void")


@pytest.mark.parametrize("kind", ACTS)
async def test_a_crash_at_any_await(bench: Bench, kind: CaseType) -> None:
    """Killed at each await in turn, the truth on Discord and the events agree in the end."""
    cut: list[tuple[int, int]] = []
    for point in range(1, 200):
        otter, before = await target(bench, kind)
        if not await cut_at(bench, ordered(bench, kind, otter), point):
            break
        cut.append((otter, before))
    assert len(cut) > 10
    await recover(bench)
    outcomes = set[bool]()
    for otter, before in cut:
        done = is_done(bench, kind, otter)
        outcomes.add(done)
        assert (await bench.kinds(otter))[before:] == (FACTS[kind] if done else [])
        states = [row["state"] for row in await bench.rows() if row["user_id"] == otter]
        assert "pending" not in states
    assert outcomes == {True, False}


@pytest.mark.parametrize("kind", ACTS)
@pytest.mark.parametrize("fault", [Fault.LOST, Fault.LATE])
async def test_without_an_answer_discord_is_asked_later(
    bench: Bench, kind: CaseType, fault: Fault
) -> None:
    otter, before = await target(bench, kind)
    bench.discord.faults[CALLS[kind]] = fault
    with pytest.raises(UserError, match="gave no answer"):
        await ordered(bench, kind, otter)
    bench.discord.faults.clear()
    await bench.echo()
    await bench.settle_members()
    assert (await bench.kinds(otter))[before:] == []
    await bench.sweep(after=LEASE)
    await bench.settle_members()
    expected = FACTS[kind] if fault is Fault.LATE else []
    assert (await bench.kinds(otter))[before:] == expected
    await bench.sweep(after=LEASE)
    assert (await bench.kinds(otter))[before:] == expected


@pytest.mark.parametrize("kind", ACTS)
async def test_what_discord_refuses_is_void_and_its_number_used(
    bench: Bench, kind: CaseType
) -> None:
    otter, before = await target(bench, kind)
    bench.discord.faults[CALLS[kind]] = Fault.REFUSES
    with pytest.raises(UserError, match="does not let me do that: Missing Permissions"):
        await ordered(bench, kind, otter)
    row = (await bench.rows())[-1]
    assert (row["state"], row["failure"]) == ("void", "Missing Permissions")
    assert (await bench.kinds(otter))[before:] == []
    bench.discord.faults.clear()
    again = await bench.cases.order(
        HARBOUR_MASTER,
        Order(kind, otter, duration=HOUR if kind in ("timeout", "tempban") else None),
    )
    assert again.case.number == row["number"] + 1


async def test_a_pending_case_stays_while_discord_cannot_be_asked(bench: Bench) -> None:
    otter = bench.someone()
    bench.discord.faults["ban"] = Fault.LATE
    with pytest.raises(UserError, match="gave no answer"):
        await bench.order("ban", otter)
    bench.discord.faults["ban_reason"] = Fault.LOST
    await bench.sweep(after=LEASE)
    assert (await bench.rows())[0]["state"] == "pending"
    bench.discord.faults.clear()
    await bench.sweep(after=LEASE)
    assert (await bench.rows())[0]["state"] == "active"


async def test_a_third_step_finds_that_a_sweep_was_faster(bench: Bench) -> None:
    """Another process settles what this one still waits for."""
    for looked_too_early in (True, False):
        otter = bench.someone()
        bench.discord.faults["ban"] = Fault.HANGS
        bench.discord.called.clear()
        bench.discord.let_go.clear()
        slow = asyncio.create_task(bench.order("ban", otter))
        await bench.discord.called.wait()
        if not looked_too_early:
            case = (await bench.rows())[-1]
            bench.discord.banned[otter] = f"[case {case['number']}] harbour_master: -"
        first = bench.process
        await bench.again(orderly=True)
        await bench.sweep(after=LEASE)
        state = (await bench.rows())[-1]["state"]
        assert state == ("void" if looked_too_early else "active")
        bench.discord.let_go.set()
        assert (await slow).state is CaseState.ACTIVE
        assert first is not bench.process
        assert await bench.kinds(otter) == ["case.created", "member.banned"]


async def test_a_sweep_leaves_alone_what_this_process_is_doing(bench: Bench) -> None:
    otter = bench.someone()
    bench.discord.faults["kick"] = Fault.HANGS
    slow = asyncio.create_task(bench.order("kick", otter))
    await bench.discord.called.wait()
    await bench.sweep(after=LEASE)
    assert (await bench.rows())[0]["state"] == "pending"
    bench.discord.let_go.set()
    assert (await slow).state is CaseState.ACTIVE


async def test_the_task_begins_with_what_was_left_under_way(bench: Bench) -> None:
    """Without the audit log, the echo of a ban before the crash would be one by hand."""
    bench.discord.log = False
    otter = bench.someone()
    bench.discord.faults["ban"] = Fault.CRASH_AFTER
    with pytest.raises(ProcessDied):
        await bench.order("ban", otter)
    bench.discord.faults.clear()
    await bench.again(recalls=False)
    bench.discord.calls.clear()
    second = bench.someone()
    await bench.order("tempban", second, duration=HOUR)
    bench.clock.advance(3600)
    bench.cases.sweep.start()
    # This case itself stays pending for now.
    bench.discord.faults[f"ban_reason {otter}"] = Fault.LOST
    async with asyncio.timeout(20):
        while len(await bench.kinds(second)) < 4:
            await turn()
    await bench.cases.sweep.stop()
    await bench.echo()
    await bench.settle_members()
    assert await bench.kinds(otter) == []
    bench.discord.faults.clear()
    await bench.sweep(after=LEASE)
    assert await bench.kinds(otter) == FACTS["ban"]
