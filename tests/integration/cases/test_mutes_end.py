"""Timeouts and mutes: their ends, and that leaving does not shake a mute off."""

from datetime import timedelta

import pytest

from bot.features.cases.model import CaseState
from tests.integration.cases.cases_env import Bench
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import Fault

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


async def test_a_timeout_ends_on_discord_by_itself(bench: Bench) -> None:
    otter = bench.someone()
    await bench.order("timeout", otter, duration=HOUR)
    until = bench.discord.people[otter].timed_out_until
    await bench.sweep(after=HOUR)
    assert bench.discord.people[otter].timed_out_until == until
    assert (await bench.kinds(otter))[1:] == ["case.updated expired"]


async def test_a_mute_for_a_time_ends_also_for_whoever_left(bench: Bench) -> None:
    here, gone = bench.someone(roles={10}), bench.someone()
    for otter in (here, gone):
        await bench.order("mute", otter, duration=HOUR)
    bench.discord.people.pop(gone)
    await bench.sweep(after=HOUR)
    assert bench.discord.roles_of(here) == {10}
    assert {row["state"] for row in await bench.rows()} == {CaseState.EXPIRED.value}


async def test_a_mute_is_not_left_behind_by_leaving(bench: Bench) -> None:
    otter = bench.someone()
    await bench.order("mute", otter, duration=HOUR)
    bench.discord.enter(otter)
    await bench.cases.rejoined(GUILD, otter)
    assert bench.discord.roles_of(otter) == {20}
    bench.clock.advance(3600)
    bench.discord.enter(otter)
    await bench.cases.rejoined(GUILD, otter)
    assert bench.discord.roles_of(otter) == set()


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.REFUSES])
async def test_a_rejoin_without_an_answer_is_found_again(bench: Bench, fault: Fault) -> None:
    otter = bench.someone()
    await bench.order("mute", otter)
    bench.discord.enter(otter)
    bench.discord.faults["change_roles"] = fault
    await bench.cases.rejoined(GUILD, otter)
    bench.discord.faults.clear()
    await bench.again()
    await bench.sweep(after=MINUTE)
    assert bench.discord.roles_of(otter) == ({20} if fault is Fault.LOST else set())
    assert (await bench.rows())[0]["repeats"] in (False, 0)


async def test_a_mute_is_not_left_behind_by_leaving_while_nobody_looked(bench: Bench) -> None:
    await bench.sight_guild()
    muted, over, free = bench.someone(), bench.someone(), bench.someone()
    await bench.sight_guild()
    await bench.order("mute", muted)
    await bench.order("mute", over, duration=HOUR)
    for otter in (muted, over, free):
        bench.discord.people.pop(otter)
    await bench.sight_guild()
    bench.clock.advance(3600)
    await bench.again(orderly=True)
    for otter in (muted, over, free):
        bench.discord.enter(otter)
        bench.discord.joined[otter] = bench.clock.now()
    await bench.sight_guild()
    await bench.sweep()
    assert bench.discord.roles_of(muted) == {20}
    assert bench.discord.roles_of(over) == bench.discord.roles_of(free) == set()
