"""The process dies at any await of an incident: all is put back once, and told once."""

from collections.abc import Coroutine
from typing import Any

import pytest

from bot.features.nukes.model import RepairState
from tests.integration.nukes.nukes_env import NukesEnv
from tests.support.cancel_at_await import interrupted
from tests.support.crash_at_await import dies
from tests.support.cut_stride import stride
from tests.support.released import released


async def tear_down(env: NukesEnv, point: int) -> None:
    """A category with a channel, a role, somebody's permissions, and a ban."""
    env.discord.plans.clear()
    env.discord.banned.clear()
    env.discord.role_plans.clear()
    env.discord.there = dict(env.first_roles)
    env.build()
    culprit = env.discord.enter(2000 + point, "pilot", roles={2})
    env.discord.enter(1000 + point)
    env.discord.enter(9, "painter", roles={10})
    await env.deletes_channels(101, 100, by=culprit)
    await env.deletes_role(10, by=culprit)
    await env.bans(1000 + point, by=culprit)


async def detect_and_deal(env: NukesEnv, point: int) -> None:
    """What a limit leads to: the incident, the reaction, and everything that is put back."""
    await env.weigh("channel_delete", 102, by=2000 + point)
    await env.sweep()


async def cut(env: NukesEnv, work: Coroutine[Any, Any, object], point: int) -> bool:
    if env.database.is_sqlite:
        return await dies(work, point)
    return await interrupted(work, point, late=point % 2 == 0)


@pytest.mark.thorough("a cut at every await", but="test_without_an_answer_it_is_tried_again")
async def test_a_cut_at_any_await(env: NukesEnv) -> None:
    point, is_cut, told = 1, True, 0
    while is_cut:
        env.clock.advance(400)
        await tear_down(env, point)
        is_cut = await cut(env, detect_and_deal(env, point), point)
        if not env.database.is_sqlite:
            await released(env.database)
        await env.again()
        for _ in range(4):
            env.clock.advance(61)
            await env.process_cases()
            await env.sweep()
        told += await ends_well(env, point, told)
        point += stride(env.database, 15)
    assert point > 20


async def ends_well(env: NukesEnv, point: int, told_before: int) -> int:
    """Whether it was told; nothing of it is half done."""
    repairs, told = await env.repairs(), await env.detected()
    if len(told) == told_before:
        found = await env.nuke()
        assert found is None or found.told_at is not None  # it died before anything was written
        return 0
    assert len(told) == told_before + 1
    assert [one for one in repairs if one.state is not RepairState.DONE] == []
    names = [plan.name for plan in env.discord.plans.values()]
    assert sorted(names) == sorted({*names}), "a channel was made twice"
    assert {"Harbour", "quay-0", "quay-1"} <= {*names}
    roles = [plan.name for plan in env.discord.role_plans.values()]
    assert roles.count("Friend") == 1
    made = next(one for one, plan in env.discord.role_plans.items() if plan.name == "Friend")
    assert made in env.discord.roles_of(9)
    assert env.discord.banned == {}
    assert env.discord.roles_of(2000 + point) == {21}
    return 1
