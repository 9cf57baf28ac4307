"""Timeouts and mutes: their ends, and that leaving does not shake a mute off."""

from datetime import timedelta

import pytest

from bot.features.cases.model import CaseState
from tests.integration.cases.cases_env import CasesEnv
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import Fault

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


async def test_a_timeout_ends_on_discord_by_itself(env: CasesEnv) -> None:
    otter = env.someone()
    await env.order("timeout", otter, duration=HOUR)
    until = env.discord.people[otter].timed_out_until
    await env.sweep(after=HOUR)
    assert env.discord.people[otter].timed_out_until == until
    assert (await env.kinds(otter))[1:] == ["case.updated expired"]


async def test_a_mute_for_a_time_ends_also_for_whoever_left(env: CasesEnv) -> None:
    here, gone = env.someone(roles={10}), env.someone()
    for otter in (here, gone):
        await env.order("mute", otter, duration=HOUR)
    env.discord.people.pop(gone)
    await env.sweep(after=HOUR)
    assert env.discord.roles_of(here) == {10}
    assert {row["state"] for row in await env.rows()} == {CaseState.EXPIRED.value}


async def test_a_mute_is_not_left_behind_by_leaving(env: CasesEnv) -> None:
    otter = env.someone()
    await env.order("mute", otter, duration=HOUR)
    env.discord.enter(otter)
    await env.cases.rejoined(GUILD, otter)
    assert env.discord.roles_of(otter) == {20}
    env.clock.advance(3600)
    env.discord.enter(otter)
    await env.cases.rejoined(GUILD, otter)
    assert env.discord.roles_of(otter) == set()


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.REFUSES])
async def test_a_rejoin_without_an_answer_is_found_again(env: CasesEnv, fault: Fault) -> None:
    otter = env.someone()
    await env.order("mute", otter)
    env.discord.enter(otter)
    env.discord.faults["change_roles"] = fault
    await env.cases.rejoined(GUILD, otter)
    env.discord.faults.clear()
    await env.again()
    await env.sweep(after=MINUTE)
    assert env.discord.roles_of(otter) == ({20} if fault is Fault.LOST else set())
    assert bool((await env.rows())[0]["repeats"]) is (fault is Fault.REFUSES)


async def test_a_mute_is_not_left_behind_by_leaving_while_nobody_looked(env: CasesEnv) -> None:
    await env.sight_guild()
    muted, over, free = env.someone(), env.someone(), env.someone()
    await env.sight_guild()
    await env.order("mute", muted)
    await env.order("mute", over, duration=HOUR)
    for otter in (muted, over, free):
        env.discord.people.pop(otter)
    await env.sight_guild()
    env.clock.advance(3600)
    await env.again(orderly=True)
    for otter in (muted, over, free):
        env.discord.enter(otter)
        env.discord.joined[otter] = env.clock.now()
    await env.sight_guild()
    await env.sweep()
    assert env.discord.roles_of(muted) == {20}
    assert env.discord.roles_of(over) == env.discord.roles_of(free) == set()
