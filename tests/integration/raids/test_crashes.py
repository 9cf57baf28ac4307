"""The process dies at any await of a raid: all are dealt with once, and all is put back."""

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from bot.features.raids.model import JoinerState, RaidState
from bot.features.raids.records import RaidJoiner
from tests.integration.raids.raids_env import HARBOUR_MASTER, RaidsEnv
from tests.support.cancel_at_await import interrupted
from tests.support.crash_at_await import dies
from tests.support.cut_stride import stride
from tests.support.released import released

Work = Callable[[RaidsEnv], Coroutine[Any, Any, object]]


async def begin(env: RaidsEnv) -> None:
    """Everything from the eighth join on to the last channel and person."""
    await env.weigh(8)
    await env.sweep(times=3)


async def end(env: RaidsEnv) -> None:
    await env.raids.end(HARBOUR_MASTER)
    await env.sweep(times=3)


async def release(env: RaidsEnv) -> None:
    await env.raids.end(HARBOUR_MASTER, releases=True)
    await env.sweep(times=3)


async def cut(env: RaidsEnv, work: Coroutine[Any, Any, object], point: int) -> bool:
    if env.database.is_sqlite:
        return await dies(work, point)
    return await interrupted(work, point, late=point % 2 == 0)


@pytest.mark.parametrize("work", [begin, release])
@pytest.mark.thorough(
    "a cut at every await", but="test_without_the_right_for_many_they_are_banned_one_by_one"
)
@pytest.mark.fewer_on_postgresql("a walk of hundreds of awaits")
async def test_a_bulk_ban_that_is_cut_bans_each_once(env: RaidsEnv, work: Work) -> None:
    await env.choose("raids", action="ban", joins=5)
    point, is_cut = 1, True
    while is_cut:
        env.clock.advance(20)
        if work is not begin:
            await env.join(5)
            await env.settle()
        is_cut = await cut(env, work(env), point)
        if not env.database.is_sqlite:
            await released(env.database)
        await env.again()
        await ends_well(env)
        point += stride(env.database, 15)
    assert point > 20
    assert "ban_many" in {name for name, _about in env.discord.calls}
    assert not env.discord.banned.keys() & env.discord.people.keys()


@pytest.mark.parametrize("work", [begin, end, release])
@pytest.mark.thorough("a cut at every await", but="test_a_lockdown_is_put_back_exactly")
@pytest.mark.fewer_on_postgresql("a walk of hundreds of awaits")
async def test_a_cut_at_any_await(env: RaidsEnv, work: Work) -> None:
    await env.choose("raids", lockdown=True, pause_minutes=60, joins=2)
    point, is_cut = 1, True
    while is_cut:
        env.channels()
        before = env.overwrites()
        env.clock.advance(20)
        if work is not begin:
            await env.join(2)
            await env.settle()
        is_cut = await cut(env, work(env), point)
        if not env.database.is_sqlite:
            await released(env.database)
        await env.again()
        await ends_well(env)
        assert env.overwrites() == before
        assert env.discord.paused is None
        point += stride(env.database, 15)
    assert point > 20


async def ends_well(env: RaidsEnv) -> None:
    """What was begun is ended after a while, whoever began it."""
    raid = await env.raid()
    if raid is not None and raid.state is RaidState.ACTIVE:
        await env.sweep(61)
        await env.settle()
        await env.sweep(400)
    else:
        await env.sweep(61)
    for _ in range(4):
        await env.settle()
        await env.sweep(61)
    raid = await env.raid()
    if raid is None:
        return
    assert raid.state is RaidState.ENDED
    assert raid.due_at is None
    told = [one["raid_id"] for one in await env.detected()]
    assert told == sorted(set(told))
    assert raid.id in told
    for one in await env.joiners():
        assert one.state not in (JoinerState.WAITING, JoinerState.ORDERED, JoinerState.RELEASING)
        if one.state in (JoinerState.DONE, JoinerState.RELEASED):
            assert is_held(env, one) is (one.state is JoinerState.DONE), one
    rows = [row for row in await env.rows() if row["state"] == "active"]
    people = [row["user_id"] for row in rows if row["type"] in ("quarantine", "ban")]
    assert len(people) == len(set(people))


def is_held(env: RaidsEnv, one: RaidJoiner) -> bool:
    """Whether somebody is in quarantine, or banned."""
    someone = env.discord.people.get(one.user_id)
    return one.user_id in env.discord.banned or (someone is not None and 21 in someone.role_ids)
