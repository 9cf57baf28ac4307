"""Two moderators at the same moment change things once; the ladder climbs once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import UserError
from bot.features.cases.model import Case, CaseState, Order
from tests.integration.cases.cases_env import HARBOUR_MASTER, PILOT, QUEEN, CasesEnv
from tests.support.fake_acts import BOT, Fault, ProcessDied

ROUNDS = 100


async def both(env: CasesEnv, first: Order, second: Order) -> list[Case | BaseException]:
    """What came of each of two orders given at the same moment."""
    results = await asyncio.gather(
        env.cases.order(HARBOUR_MASTER, first),
        env.cases.order(PILOT, second),
        return_exceptions=True,
    )
    return [one if isinstance(one, BaseException) else one.case for one in results]


@pytest.mark.thorough("a hundred times")
async def test_of_two_bans_at_once_one_is_done_a_hundred_times(env: CasesEnv) -> None:
    for _ in range(ROUNDS):
        otter = env.someone()
        results = await both(env, Order("ban", otter), Order("ban", otter))
        (refusal,) = [one for one in results if isinstance(one, UserError)]
        assert "already" in str(refusal)
        assert env.discord.calls.count(("ban", otter)) == 1
        assert await env.kinds(otter) == ["case.created", "member.banned"]
        env.discord.calls.clear()
    numbers = [row["number"] for row in await env.rows()]
    assert numbers == list(range(1, ROUNDS + 1))


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("first", "second", "call"),
    [
        (Order("kick", 0), Order("kick", 0), "kick"),
        (Order("timeout", 0, duration=DAY), Order("untimeout", 0), "timeout"),
        (Order("mute", 0), Order("mute", 0, quarantine=True), "change_roles"),
        (Order("ban", 0), Order("tempban", 0, duration=DAY), "ban"),
    ],
    ids=lambda one: one.type if isinstance(one, Order) else "",
)
async def test_of_two_acts_upon_the_same_thing_one_is_done(
    env: CasesEnv, first: Order, second: Order, call: str
) -> None:
    otter = env.someone()
    env.discord.people[otter].timed_out_until = env.clock.now() + DAY
    env.discord.faults[call] = Fault.HANGS
    doing = asyncio.create_task(env.cases.order(HARBOUR_MASTER, replace(first, user_id=otter)))
    await env.discord.called.wait()
    with pytest.raises(UserError, match="harbour_master does that already, as case 1"):
        await env.cases.order(PILOT, replace(second, user_id=otter))
    env.discord.let_go.set()
    assert (await doing).case.state is CaseState.ACTIVE
    assert (await env.kinds(otter)).count("case.created") == 1


async def test_who_looked_before_the_other_was_done_is_refused(env: CasesEnv) -> None:
    otter = env.someone()
    env.discord.faults["account"] = Fault.HANGS
    late = asyncio.create_task(env.order("mute", otter, by=PILOT))
    await env.discord.called.wait()
    env.discord.faults.clear()
    await env.order("mute", otter)
    env.discord.let_go.set()
    with pytest.raises(UserError, match="harbour_master does that already, as case 1"):
        await late


@pytest.mark.thorough("every moment of two at once")
async def test_both_of_two_warnings_at_once_count_and_the_ladder_climbs_once(
    env: CasesEnv,
) -> None:
    await env.choose(ladder="4 in 14d: timeout 24h")
    for _ in range(10):
        otter = env.someone()
        await asyncio.gather(*(env.order("warn", otter) for _ in range(6)))
        kinds = [data["type"] for _kind, data in await env.told(otter)]
        assert sorted(kinds) == ["timeout", *("warn",) * 6]


async def test_the_ladder_fires_on_the_exact_count(env: CasesEnv) -> None:
    await env.choose(ladder="3 in 14d: timeout 24h; 5 in 30d: ban")
    otter = env.someone()
    followed = [(await env.done("warn", otter)).followed_by for _ in range(5)]
    assert [None if one is None else one.case.type for one in followed] == [
        None,
        None,
        "timeout",
        None,
        "ban",
    ]
    assert followed[2] is not None
    timeout = followed[2].case
    assert (timeout.moderator_id, timeout.reason) == (BOT, "3 warnings")
    assert (timeout.state, timeout.repeats) == (CaseState.ACTIVE, False)
    assert otter in env.discord.banned


async def test_warnings_outside_the_window_do_not_count(env: CasesEnv) -> None:
    otter = env.someone()
    for days in (0, 10, 10):
        env.clock.advance(days * 86_400)
        done = await env.done("warn", otter)
        assert done.followed_by is None


async def test_what_the_ladder_may_not_do_is_said_and_the_warning_stands(env: CasesEnv) -> None:
    await env.choose(ladder="1 in 1d: mute 1h", mute_role_id=None)
    otter = env.someone()
    done = await env.done("warn", otter)
    assert done.case.state is CaseState.ACTIVE
    assert done.followed_by is None
    assert "No role for muting" in (done.refusal or "")


async def test_what_discord_refuses_the_ladder_is_void(env: CasesEnv) -> None:
    await env.choose(ladder="1 in 1d: kick")
    otter = env.someone()
    env.discord.faults["kick"] = Fault.REFUSES
    done = await env.done("warn", otter)
    assert done.followed_by is not None
    assert done.followed_by.case.state is CaseState.VOID
    assert "Missing Permissions" in (done.refusal or "")
    assert await env.kinds(otter) == ["case.created"]


async def test_the_ladder_does_not_break_a_quarantine(env: CasesEnv) -> None:
    await env.choose(ladder="1 in 1d: mute 1h")
    otter = env.someone(roles={10})
    await env.order("mute", otter, quarantine=True)
    done = await env.done("warn", otter)
    assert "in quarantine already" in (done.refusal or "")
    assert env.discord.roles_of(otter) == {21}


async def test_the_ladder_s_case_is_pending_in_the_warning_s_transaction(env: CasesEnv) -> None:
    await env.choose(ladder="1 in 1d: timeout 1h")
    otter = env.someone()
    env.discord.faults["timeout"] = Fault.CRASH_BEFORE
    with pytest.raises(ProcessDied):
        await env.done("warn", otter)
    warning, added = await env.rows()
    assert (warning["state"], added["state"], added["repeats"]) == ("active", "pending", True)
    env.discord.faults.clear()
    await env.again()
    await env.sweep(after=timedelta(seconds=61))
    assert env.discord.people[otter].timed_out_until is not None
    assert [data["type"] for _kind, data in await env.told(otter)] == ["warn", "timeout"]


async def test_rank_is_asked_again_inside_the_transaction(env: CasesEnv) -> None:
    """Discord would not refuse a warning upwards: nothing is called there."""
    otter = env.someone()
    env.discord.faults["account"] = Fault.HANGS
    ordered = asyncio.create_task(env.order("warn", otter))
    await env.discord.called.wait()
    env.discord.roles_of(otter).add(2)
    env.discord.let_go.set()
    with pytest.raises(UserError, match="as high as yours"):
        await ordered
    assert await env.rows() == []
    assert await env.told() == []


async def test_the_ladder_needs_what_the_bot_needs_and_names_it(env: CasesEnv) -> None:
    await env.choose(ladder="1 in 1d: mute 1h")
    otter = env.someone()
    env.discord.people[BOT].permissions = frozenset({"manage_roles"})
    assert (await env.done("warn", otter)).refusal is None
    assert env.discord.roles_of(otter) == {20}
    env.discord.people[BOT].permissions = frozenset()
    refusal = (await env.done("warn", env.someone())).refusal or ""
    assert "I need the permission **Manage Roles**" in refusal


async def test_the_ladder_does_not_reach_above_the_bot(env: CasesEnv) -> None:
    await env.choose(ladder="1 in 1d: kick")
    chief = env.someone(roles={3})
    done = await env.done("warn", chief, by=QUEEN)
    assert "as high as mine" in (done.refusal or "")
    assert chief in env.discord.people


@pytest.mark.parametrize(
    ("first", "rung"),
    [
        (Order("timeout", 0, duration=7 * DAY), "timeout 24h"),
        (Order("mute", 0), "mute 1h"),
        (Order("mute", 0, duration=DAY), "mute 1h"),
    ],
)
async def test_the_ladder_shortens_nothing(env: CasesEnv, first: Order, rung: str) -> None:
    await env.choose(ladder=f"1 in 1d: {rung}")
    otter = env.someone()
    await env.cases.order(HARBOUR_MASTER, replace(first, user_id=otter))
    done = await env.done("warn", otter)
    assert done.followed_by is None
    assert "already, as case 1, for longer" in (done.refusal or "")
    assert (await env.rows())[0]["state"] == "active"


async def test_the_ladder_lengthens_what_is_shorter(env: CasesEnv) -> None:
    await env.choose(ladder="1 in 1d: timeout 24h")
    otter = env.someone()
    await env.order("timeout", otter, duration=timedelta(hours=1))
    done = await env.done("warn", otter)
    assert done.followed_by is not None
    assert env.discord.people[otter].timed_out_until == env.clock.now() + DAY
