"""Quarantine: the roles are kept, one is given, and the release restores exactly what it can."""

from datetime import timedelta

import pytest

from bot.errors import UserError
from bot.features.cases.model import CaseState
from bot.snapshots import RoleSeen
from tests.integration.cases.cases_env import HARBOUR_MASTER, QUEEN, Bench
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import Fault, ProcessDied

HOUR = timedelta(hours=1)


async def put(bench: Bench, otter: int, duration: timedelta | None = None) -> None:
    quarantine = bench.process.quarantines.quarantine
    done = await quarantine(HARBOUR_MASTER, otter, duration=duration)
    assert done.case.state is CaseState.ACTIVE


async def test_every_role_that_can_be_taken_is_taken_and_given_back(bench: Bench) -> None:
    otter = bench.someone(roles={10, 11, 12})
    await put(bench, otter)
    assert bench.discord.roles_of(otter) == {12, 21}  # a managed role stays
    assert [data["type"] for _kind, data in await bench.told(otter)] == ["mute"]
    released = await bench.process.quarantines.release(HARBOUR_MASTER, otter)
    assert bench.discord.roles_of(otter) == {10, 11, 12}
    assert released.missing == ()
    assert (await bench.kinds(otter))[1:] == ["case.created", "case.updated revoked"]
    with pytest.raises(UserError, match="not in quarantine"):
        await bench.process.quarantines.release(HARBOUR_MASTER, otter)


async def test_deleted_roles_are_named_and_the_rest_comes_back(bench: Bench) -> None:
    otter = bench.someone(roles={10, 11})
    await put(bench, otter)
    del bench.discord.there[11]
    released = await bench.process.quarantines.release(HARBOUR_MASTER, otter)
    assert bench.discord.roles_of(otter) == {10}
    assert released.missing == ("Painter",)


async def test_a_role_that_stands_above_the_bot_by_now_keeps_no_other_back(bench: Bench) -> None:
    otter = bench.someone(roles={10, 11})
    await put(bench, otter)
    bench.discord.there[11] = RoleSeen("Painter", 95)
    released = await bench.process.quarantines.release(HARBOUR_MASTER, otter)
    assert bench.discord.roles_of(otter) == {10}
    assert released.missing == ("Painter",)


async def test_the_end_of_its_time_gives_the_roles_back(bench: Bench) -> None:
    otter = bench.someone(roles={10, 11})
    await put(bench, otter, duration=HOUR)
    del bench.discord.there[11]
    await bench.sweep(after=HOUR)
    assert bench.discord.roles_of(otter) == {10}


async def test_it_is_applied_anew_after_a_rejoin(bench: Bench) -> None:
    otter = bench.someone(roles={10})
    await put(bench, otter)
    bench.discord.enter(otter, roles={10})
    await bench.cases.rejoined(GUILD, otter)
    assert bench.discord.roles_of(otter) == {21}


async def test_a_mute_is_replaced_and_not_given_back(bench: Bench) -> None:
    otter = bench.someone(roles={10})
    await bench.order("mute", otter)
    await put(bench, otter)
    assert bench.discord.roles_of(otter) == {21}
    await bench.process.quarantines.release(HARBOUR_MASTER, otter)
    assert bench.discord.roles_of(otter) == {10}


async def test_nobody_in_quarantine_is_muted_or_put_there_again(bench: Bench) -> None:
    otter = bench.someone()
    await put(bench, otter)
    with pytest.raises(UserError, match="in quarantine already"):
        await bench.order("mute", otter)
    with pytest.raises(UserError, match="in quarantine already"):
        await put(bench, otter)


async def test_without_a_role_for_it_nothing_is_taken(bench: Bench) -> None:
    await bench.choose(quarantine_role_id=None)
    otter = bench.someone(roles={10})
    with pytest.raises(UserError, match="No role for quarantine"):
        await put(bench, otter)
    assert bench.discord.roles_of(otter) == {10}


async def test_half_a_quarantine_is_finished_by_a_sweep(bench: Bench) -> None:
    for fault in (Fault.CRASH_BEFORE, Fault.CRASH_AFTER):
        otter = bench.someone(roles={10, 11})
        bench.discord.faults["change_roles"] = fault
        with pytest.raises(ProcessDied):
            await put(bench, otter)
        bench.discord.faults.clear()
        if fault is Fault.CRASH_BEFORE:
            bench.discord.roles_of(otter).discard(11)  # one of the calls had come through
        await bench.again()
        await bench.sweep(after=timedelta(seconds=61))
        assert bench.discord.roles_of(otter) == {21}
        await bench.process.quarantines.release(HARBOUR_MASTER, otter)
        assert bench.discord.roles_of(otter) == {10, 11}


async def test_what_was_taken_before_a_refusal_is_given_back(bench: Bench) -> None:
    otter = bench.someone(roles={10, 11})
    bench.discord.stubborn = 11
    with pytest.raises(UserError, match="is void"):
        await put(bench, otter)
    bench.discord.stubborn = None
    assert bench.discord.reasons[-1] == "[case 1] harbour_master: refused, taken back"
    assert bench.discord.roles_of(otter) == {10, 11}
    assert await bench.kinds(otter) == []


@pytest.mark.parametrize("kind", ["mute", "quarantine"])
async def test_a_role_that_cannot_be_taken_any_more_is_no_end(bench: Bench, kind: str) -> None:
    """Whoever still has the role of the mute is muted, whatever an event would say."""
    await bench.choose(log_channel_id=5)
    otter, role_id = bench.someone(roles={10}), 20 if kind == "mute" else 21
    if kind == "mute":
        await bench.order("mute", otter, duration=HOUR)
    else:
        await put(bench, otter, duration=HOUR)
    low, bench.discord.there[role_id] = bench.discord.there[role_id], RoleSeen("High", 95)
    with pytest.raises(UserError, match="as high as mine"):
        await bench.order("unmute", otter, by=QUEEN)
    await bench.sweep(after=HOUR)
    assert role_id in bench.discord.roles_of(otter)
    assert await bench.kinds(otter) == ["case.created"]
    assert "I cannot lift it" in dict(bench.discord.lines[1].fields)
    bench.discord.there[role_id] = low
    await bench.sweep(after=HOUR)
    assert bench.discord.roles_of(otter) == {10}
    assert (await bench.kinds(otter))[1:] == ["case.updated expired"]


async def test_whoever_left_is_no_longer_kept_by_such_a_role(bench: Bench) -> None:
    otter = bench.someone()
    await bench.order("mute", otter, duration=HOUR)
    bench.discord.there[20] = RoleSeen("High", 95)
    bench.discord.people.pop(otter)
    await bench.sweep(after=HOUR)
    assert (await bench.kinds(otter))[1:] == ["case.updated expired"]


async def test_a_rejoin_with_a_role_that_cannot_be_taken_still_gives_the_one(bench: Bench) -> None:
    otter = bench.someone(roles={10, 11})
    await put(bench, otter)
    bench.discord.there[11] = RoleSeen("Painter", 95)
    bench.discord.enter(otter, roles={10, 11})
    await bench.cases.rejoined(GUILD, otter)
    assert bench.discord.roles_of(otter) == {11, 21}


@pytest.mark.parametrize("role_id", [20, 21])
async def test_a_role_of_the_settings_that_was_deleted_is_said(bench: Bench, role_id: int) -> None:
    otter = bench.someone()
    del bench.discord.there[role_id]
    with pytest.raises(UserError, match="is deleted: choose another with /settings"):
        await (put(bench, otter) if role_id == 21 else bench.order("mute", otter))
    assert await bench.rows() == []
