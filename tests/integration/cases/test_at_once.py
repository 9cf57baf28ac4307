"""Two moderators at the same moment change things once; the ladder climbs once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import UserError
from bot.features.cases.model import Case, CaseState, Order
from tests.integration.cases.cases_env import HARBOUR_MASTER, PILOT, QUEEN, Bench
from tests.support.fake_acts import BOT, Fault, ProcessDied

ROUNDS = 100


async def both(bench: Bench, first: Order, second: Order) -> list[Case | BaseException]:
    """What came of each of two orders given at the same moment."""
    results = await asyncio.gather(
        bench.cases.order(HARBOUR_MASTER, first),
        bench.cases.order(PILOT, second),
        return_exceptions=True,
    )
    return [one if isinstance(one, BaseException) else one.case for one in results]


@pytest.mark.thorough("one engine shows it", but="postgresql")
async def test_of_two_bans_at_once_one_is_done_a_hundred_times(bench: Bench) -> None:
    for _ in range(ROUNDS):
        otter = bench.someone()
        results = await both(bench, Order("ban", otter), Order("ban", otter))
        (refusal,) = [one for one in results if isinstance(one, UserError)]
        assert "already" in str(refusal)
        assert bench.discord.calls.count(("ban", otter)) == 1
        assert await bench.kinds(otter) == ["case.created", "member.banned"]
        bench.discord.calls.clear()
    numbers = [row["number"] for row in await bench.rows()]
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
    bench: Bench, first: Order, second: Order, call: str
) -> None:
    otter = bench.someone()
    bench.discord.people[otter].timed_out_until = bench.clock.now() + DAY
    bench.discord.faults[call] = Fault.HANGS
    doing = asyncio.create_task(bench.cases.order(HARBOUR_MASTER, replace(first, user_id=otter)))
    await bench.discord.called.wait()
    with pytest.raises(UserError, match="harbour_master does that already, as case 1"):
        await bench.cases.order(PILOT, replace(second, user_id=otter))
    bench.discord.let_go.set()
    assert (await doing).case.state is CaseState.ACTIVE
    assert (await bench.kinds(otter)).count("case.created") == 1


async def test_who_looked_before_the_other_was_done_is_refused(bench: Bench) -> None:
    otter = bench.someone()
    bench.discord.faults["account"] = Fault.HANGS
    late = asyncio.create_task(bench.order("mute", otter, by=PILOT))
    await bench.discord.called.wait()
    bench.discord.faults.clear()
    await bench.order("mute", otter)
    bench.discord.let_go.set()
    with pytest.raises(UserError, match="harbour_master does that already, as case 1"):
        await late


async def test_both_of_two_warnings_at_once_count_and_the_ladder_climbs_once(
    bench: Bench,
) -> None:
    await bench.choose(ladder="4 in 14d: timeout 24h")
    for _ in range(10):
        otter = bench.someone()
        await asyncio.gather(*(bench.order("warn", otter) for _ in range(6)))
        kinds = [data["type"] for _kind, data in await bench.told(otter)]
        assert sorted(kinds) == ["timeout", *("warn",) * 6]


async def test_the_ladder_fires_on_the_exact_count(bench: Bench) -> None:
    await bench.choose(ladder="3 in 14d: timeout 24h; 5 in 30d: ban")
    otter = bench.someone()
    followed = [(await bench.done("warn", otter)).followed_by for _ in range(5)]
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
    assert otter in bench.discord.banned


async def test_warnings_outside_the_window_do_not_count(bench: Bench) -> None:
    otter = bench.someone()
    for days in (0, 10, 10):
        bench.clock.advance(days * 86_400)
        done = await bench.done("warn", otter)
        assert done.followed_by is None


async def test_what_the_ladder_may_not_do_is_said_and_the_warning_stands(bench: Bench) -> None:
    await bench.choose(ladder="1 in 1d: mute 1h", mute_role_id=None)
    otter = bench.someone()
    done = await bench.done("warn", otter)
    assert done.case.state is CaseState.ACTIVE
    assert done.followed_by is None
    assert "No role for muting" in (done.refusal or "")


async def test_what_discord_refuses_the_ladder_is_void(bench: Bench) -> None:
    await bench.choose(ladder="1 in 1d: kick")
    otter = bench.someone()
    bench.discord.faults["kick"] = Fault.REFUSES
    done = await bench.done("warn", otter)
    assert done.followed_by is not None
    assert done.followed_by.case.state is CaseState.VOID
    assert "Missing Permissions" in (done.refusal or "")
    assert await bench.kinds(otter) == ["case.created"]


async def test_the_ladder_does_not_break_a_quarantine(bench: Bench) -> None:
    await bench.choose(ladder="1 in 1d: mute 1h")
    otter = bench.someone(roles={10})
    await bench.process.quarantines.quarantine(HARBOUR_MASTER, otter)
    done = await bench.done("warn", otter)
    assert "in quarantine already" in (done.refusal or "")
    assert bench.discord.roles_of(otter) == {21}


async def test_the_ladder_s_case_is_pending_in_the_warning_s_transaction(bench: Bench) -> None:
    await bench.choose(ladder="1 in 1d: timeout 1h")
    otter = bench.someone()
    bench.discord.faults["timeout"] = Fault.CRASH_BEFORE
    with pytest.raises(ProcessDied):
        await bench.done("warn", otter)
    warning, added = await bench.rows()
    assert (warning["state"], added["state"], added["repeats"]) == ("active", "pending", True)
    bench.discord.faults.clear()
    await bench.again()
    await bench.sweep(after=timedelta(seconds=61))
    assert bench.discord.people[otter].timed_out_until is not None
    assert [data["type"] for _kind, data in await bench.told(otter)] == ["warn", "timeout"]


async def test_rank_is_asked_again_inside_the_transaction(bench: Bench) -> None:
    """Discord would not refuse a warning upwards: nothing is called there."""
    otter = bench.someone()
    bench.discord.faults["account"] = Fault.HANGS
    ordered = asyncio.create_task(bench.order("warn", otter))
    await bench.discord.called.wait()
    bench.discord.roles_of(otter).add(2)
    bench.discord.let_go.set()
    with pytest.raises(UserError, match="as high as yours"):
        await ordered
    assert await bench.rows() == []
    assert await bench.told() == []


async def test_the_ladder_needs_what_the_bot_needs_and_names_it(bench: Bench) -> None:
    await bench.choose(ladder="1 in 1d: mute 1h")
    otter = bench.someone()
    bench.discord.people[BOT].permissions = frozenset({"manage_roles"})
    assert (await bench.done("warn", otter)).refusal is None
    assert bench.discord.roles_of(otter) == {20}
    bench.discord.people[BOT].permissions = frozenset()
    refusal = (await bench.done("warn", bench.someone())).refusal or ""
    assert "I need the permission **Manage Roles**" in refusal


async def test_the_ladder_does_not_reach_above_the_bot(bench: Bench) -> None:
    await bench.choose(ladder="1 in 1d: kick")
    chief = bench.someone(roles={3})
    done = await bench.done("warn", chief, by=QUEEN)
    assert "as high as mine" in (done.refusal or "")
    assert chief in bench.discord.people


@pytest.mark.parametrize(
    ("first", "rung"),
    [
        (Order("timeout", 0, duration=7 * DAY), "timeout 24h"),
        (Order("mute", 0), "mute 1h"),
        (Order("mute", 0, duration=DAY), "mute 1h"),
    ],
)
async def test_the_ladder_shortens_nothing(bench: Bench, first: Order, rung: str) -> None:
    await bench.choose(ladder=f"1 in 1d: {rung}")
    otter = bench.someone()
    await bench.cases.order(HARBOUR_MASTER, replace(first, user_id=otter))
    done = await bench.done("warn", otter)
    assert done.followed_by is None
    assert "already, as case 1, for longer" in (done.refusal or "")
    assert (await bench.rows())[0]["state"] == "active"


async def test_the_ladder_lengthens_what_is_shorter(bench: Bench) -> None:
    await bench.choose(ladder="1 in 1d: timeout 24h")
    otter = bench.someone()
    await bench.order("timeout", otter, duration=timedelta(hours=1))
    done = await bench.done("warn", otter)
    assert done.followed_by is not None
    assert bench.discord.people[otter].timed_out_until == bench.clock.now() + DAY
