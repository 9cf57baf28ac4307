"""The process dies between any two steps: what a new one finds ends in the truth, told once."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import pytest

from bot.catalogue.cases import CaseType
from bot.errors import UserError
from bot.features.cases.model import CaseState, Order
from tests.integration.cases.cases_env import HARBOUR_MASTER, CasesEnv
from tests.support.cancel_at_await import interrupted
from tests.support.crash_at_await import dies
from tests.support.cut_stride import stride
from tests.support.fake_acts import Fault, ProcessDied
from tests.support.loops import turn
from tests.support.patience import PATIENCE

HOUR = timedelta(hours=1)
LEASE = timedelta(seconds=61)
FACTS = {
    "ban": ["case.created", "member.banned"],
    "tempban": ["case.created", "member.banned"],
    "kick": ["case.created", "member.left"],
    "softban": ["case.created", "member.left"],
    "timeout": ["case.created"],
    "mute": ["case.created"],
    "unban": ["case.created", "case.updated revoked", "member.unbanned"],
}
CALLS = {
    "ban": "ban",
    "tempban": "ban",
    "kick": "kick",
    "softban": "ban",
    "timeout": "timeout",
    "mute": "change_roles",
    "unban": "unban",
}
ACTS: list[CaseType] = ["ban", "tempban", "kick", "softban", "timeout", "mute", "unban"]


async def target(env: CasesEnv, kind: CaseType) -> tuple[int, int]:
    """Somebody to do it to, and how many events there were before."""
    otter = env.someone()
    if kind == "unban":
        await env.order("ban", otter)
        await env.echo()
    return otter, len(await env.kinds(otter))


def ordered(env: CasesEnv, kind: CaseType, otter: int) -> Coroutine[Any, Any, object]:
    lasts = HOUR if kind in ("timeout", "tempban") else None
    return env.cases.order(HARBOUR_MASTER, Order(kind, otter, duration=lasts))


def is_done(env: CasesEnv, kind: CaseType, otter: int) -> bool:
    match kind:
        case "ban" | "tempban":
            return otter in env.discord.banned
        case "unban":
            return otter not in env.discord.banned
        case "kick":
            return otter not in env.discord.people
        case "softban":
            assert otter not in env.discord.banned
            return otter not in env.discord.people
        case "timeout":
            return env.discord.people[otter].timed_out_until is not None
        case _:
            return 20 in env.discord.roles_of(otter)


async def cut_at(env: CasesEnv, work: Coroutine[Any, Any, object], point: int) -> bool:
    """Whether the work was cut at that await.

    PostgreSQL's driver copes with a cancellation, and with nothing else in its midst; SQLite's
    keeps a cancelled statement that returns rows open, as no process does that died.
    """
    if env.emitter.database.is_sqlite:
        return await dies(work, point)
    return await interrupted(work, point, late=point % 2 == 0)


async def recover(env: CasesEnv) -> None:
    """A new process: it hears the gateway, compares the guild, and sweeps."""
    env.discord.faults.clear()
    await env.again()
    await env.echo()
    await env.sight_guild()
    await env.settle_members()
    await env.sweep(after=LEASE)
    await env.settle_members()


@pytest.mark.parametrize("log", [True, False], ids=["log", "no log"])
@pytest.mark.parametrize("kind", ACTS)
@pytest.mark.parametrize("fault", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER])
@pytest.mark.fewer_on_postgresql("which call fails has nothing to do with the engine")
@pytest.mark.thorough("with the log as without it", but="*-log")
async def test_a_crash_beside_the_call(
    env: CasesEnv, kind: CaseType, fault: Fault, *, log: bool
) -> None:
    env.discord.log = log
    await env.sight_guild()
    otter, before = await target(env, kind)
    env.discord.faults[CALLS[kind]] = fault
    with pytest.raises(ProcessDied):
        await ordered(env, kind, otter)
    await recover(env)
    done = fault is Fault.CRASH_AFTER
    assert is_done(env, kind, otter) is done
    assert (await env.kinds(otter))[before:] == (FACTS[kind] if done else [])
    assert (await env.rows())[-1]["state"] == ("active" if done else "void")


@pytest.mark.parametrize("kind", ACTS)
@pytest.mark.thorough("two kinds show every await", but="*-ban")
@pytest.mark.fewer_on_postgresql("a walk of hundreds of awaits")
async def test_a_crash_at_any_await(env: CasesEnv, kind: CaseType) -> None:
    """Killed at each await in turn, the truth on Discord and the events agree in the end."""
    cut: list[tuple[int, int]] = []
    for point in range(1, 200, stride(env.emitter.database)):
        otter, before = await target(env, kind)
        if not await cut_at(env, ordered(env, kind, otter), point):
            break
        cut.append((otter, before))
    assert len(cut) > 10
    await recover(env)
    outcomes = set[bool]()
    for otter, before in cut:
        done = is_done(env, kind, otter)
        outcomes.add(done)
        assert (await env.kinds(otter))[before:] == (FACTS[kind] if done else [])
        states = [row["state"] for row in await env.rows() if row["user_id"] == otter]
        assert "pending" not in states
    assert outcomes == {True, False}


@pytest.mark.parametrize("kind", ACTS)
@pytest.mark.parametrize("fault", [Fault.LOST, Fault.LATE])
@pytest.mark.fewer_on_postgresql("which call fails has nothing to do with the engine")
async def test_without_an_answer_discord_is_asked_later(
    env: CasesEnv, kind: CaseType, fault: Fault
) -> None:
    otter, before = await target(env, kind)
    env.discord.faults[CALLS[kind]] = fault
    with pytest.raises(UserError, match="gave no answer"):
        await ordered(env, kind, otter)
    env.discord.faults.clear()
    await env.echo()
    await env.settle_members()
    assert (await env.kinds(otter))[before:] == []
    await env.sweep(after=LEASE)
    await env.settle_members()
    expected = FACTS[kind] if fault is Fault.LATE else []
    assert (await env.kinds(otter))[before:] == expected
    await env.sweep(after=LEASE)
    assert (await env.kinds(otter))[before:] == expected


@pytest.mark.parametrize("kind", ACTS)
@pytest.mark.fewer_on_postgresql("each kind meets the same statements")
async def test_what_discord_refuses_is_void_and_its_number_used(
    env: CasesEnv, kind: CaseType
) -> None:
    otter, before = await target(env, kind)
    env.discord.faults[CALLS[kind]] = Fault.REFUSES
    with pytest.raises(UserError, match="does not let me do that: Missing Permissions"):
        await ordered(env, kind, otter)
    row = (await env.rows())[-1]
    assert (row["state"], row["failure"]) == ("void", "Missing Permissions")
    assert (await env.kinds(otter))[before:] == []
    env.discord.faults.clear()
    again = await env.cases.order(
        HARBOUR_MASTER,
        Order(kind, otter, duration=HOUR if kind in ("timeout", "tempban") else None),
    )
    assert again.case.number == row["number"] + 1


async def test_a_pending_case_stays_while_discord_cannot_be_asked(env: CasesEnv) -> None:
    otter = env.someone()
    env.discord.faults["ban"] = Fault.LATE
    with pytest.raises(UserError, match="gave no answer"):
        await env.order("ban", otter)
    env.discord.faults["ban_reason"] = Fault.LOST
    await env.sweep(after=LEASE)
    assert (await env.rows())[0]["state"] == "pending"
    env.discord.faults.clear()
    await env.sweep(after=LEASE)
    assert (await env.rows())[0]["state"] == "active"


async def test_a_third_step_finds_that_a_sweep_was_faster(env: CasesEnv) -> None:
    """Another process settles what this one still waits for."""
    for looked_too_early in (True, False):
        otter = env.someone()
        env.discord.faults["ban"] = Fault.HANGS
        env.discord.called.clear()
        env.discord.let_go.clear()
        slow = asyncio.create_task(env.order("ban", otter))
        await env.discord.called.wait()
        if not looked_too_early:
            case = (await env.rows())[-1]
            env.discord.banned[otter] = f"[case {case['number']}] harbour_master: -"
        first = env.process
        await env.again(orderly=True)
        await env.sweep(after=LEASE)
        state = (await env.rows())[-1]["state"]
        assert state == ("void" if looked_too_early else "active")
        env.discord.let_go.set()
        assert (await slow).state is CaseState.ACTIVE
        assert first is not env.process
        assert await env.kinds(otter) == ["case.created", "member.banned"]


async def test_a_sweep_leaves_alone_what_this_process_is_doing(env: CasesEnv) -> None:
    otter = env.someone()
    env.discord.faults["kick"] = Fault.HANGS
    slow = asyncio.create_task(env.order("kick", otter))
    await env.discord.called.wait()
    await env.sweep(after=LEASE)
    assert (await env.rows())[0]["state"] == "pending"
    env.discord.let_go.set()
    assert (await slow).state is CaseState.ACTIVE


async def test_the_task_begins_with_what_was_left_under_way(env: CasesEnv) -> None:
    """Without the audit log, the echo of a ban before the crash would be one by hand."""
    env.discord.log = False
    otter = env.someone()
    env.discord.faults["ban"] = Fault.CRASH_AFTER
    with pytest.raises(ProcessDied):
        await env.order("ban", otter)
    env.discord.faults.clear()
    await env.again(recalls=False)
    env.discord.calls.clear()
    second = env.someone()
    await env.order("tempban", second, duration=HOUR)
    env.clock.advance(3600)
    env.cases.sweep.start()
    # This case itself stays pending for now.
    env.discord.faults[f"ban_reason {otter}"] = Fault.LOST
    async with asyncio.timeout(PATIENCE):
        while len(await env.kinds(second)) < 4:
            await turn()
    await env.cases.sweep.stop()
    await env.echo()
    await env.settle_members()
    assert await env.kinds(otter) == []
    env.discord.faults.clear()
    await env.sweep(after=LEASE)
    assert await env.kinds(otter) == FACTS["ban"]
