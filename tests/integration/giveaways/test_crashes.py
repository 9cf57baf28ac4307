"""The process dies between any two steps: the draw is made once, and everybody told of it once."""

from collections.abc import Coroutine
from typing import Any

import pytest

from bot.acts import Outcome
from bot.errors import UserError
from bot.features.giveaways.messages import ANNOUNCEMENT, LETTER
from bot.features.giveaways.model import GiveawayState
from tests.integration.cases.cases_env import HARBOUR_MASTER
from tests.integration.giveaways.giveaways_env import (
    CREATED,
    DAY,
    ENDED,
    LEASE,
    REROLLED,
    GiveawaysEnv,
)
from tests.support.cancel_at_await import interrupted
from tests.support.crash_at_await import dies, ends_in_death
from tests.support.cut_stride import stride
from tests.support.fake_acts import Fault, ProcessDied
from tests.support.released import released

BESIDE = (Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.LOST, Fault.LATE)
Work = Coroutine[Any, Any, object]


async def was_cut(env: GiveawaysEnv, work: Work, point: int) -> bool:
    """Whether it was cut at that await: as by a death, where the driver stands it."""
    if env.emitter.database.is_sqlite:
        return await dies(work, point)
    return await interrupted(work, point, late=point % 2 == 0)


async def recover(env: GiveawaysEnv) -> None:
    """A new process on what the last one left, until nothing is left to do."""
    env.discord.faults.clear()
    if not env.emitter.database.is_sqlite:
        await released(env.emitter.database)
    await env.again()
    for _time in range(3):
        await env.sweep_giveaways(LEASE)


async def drawn_once(env: GiveawaysEnv, *, rerolls: bool = False) -> list[int]:
    """How often each was drawn, where all that was drawn is told, sent and proved, each once."""
    counts = list[int]()
    for one in await env.all_of_them():
        draws = await env.draws(one)
        counts.append(len(draws))
        kinds = [kind for kind, _data in await env.about(one)]
        assert kinds == [CREATED, ENDED, REROLLED][: 1 + len(draws)]
        if draws:
            assert one.state is GiveawayState.ANNOUNCED
            await env.agrees(one)
            name = f"Giveaway {one.id}"
            calls = [post for post in env.discord.lines.values() if post.footer == name]
            assert len(calls) == len(draws)
    for kind in (ANNOUNCEMENT, LETTER):
        posts = await env.posts(kind)
        assert {post.outcome for post in posts} <= {Outcome.SENT}
        assert not any(post.is_owed for post in posts)
    assert rerolls or max(counts) == 1
    return counts


async def begun(env: GiveawaysEnv, count: int = 2, **about: Any) -> int:
    """One that so many are in; its number."""
    made = await env.made(**about)
    await env.entered(made, count)
    return made.id


@pytest.mark.thorough("one engine shows every await", but="sqlite*")
async def test_a_cut_at_any_await_of_an_end(env: GiveawaysEnv) -> None:
    """It is as it was, or it is drawn: then with its event, and the next of the series."""
    point = 1
    series: dict[str, Any] = {"every": 2 * DAY, "lasts": 2 * DAY}
    while await was_cut(env, env.giveaways.end(HARBOUR_MASTER, await begun(env, **series)), point):
        point += stride(env.emitter.database)
    assert point > 15
    await recover(env)
    found = await env.all_of_them()
    counts = await drawn_once(env)
    assert {*counts} == {0, 1}
    drawn = [one for one in found if one.has_ended]
    followers = [one for one in found if one.state is GiveawayState.SCHEDULED]
    assert len(followers) == len(drawn)
    assert all(one.state is GiveawayState.OPEN for one in found if one not in drawn + followers)


@pytest.mark.thorough("one engine shows every await", but="sqlite*")
async def test_a_cut_at_any_await_of_an_opening_and_a_closing(env: GiveawaysEnv) -> None:
    """What the sweep does before a draw: whoever comes next finds it due."""
    point, is_cut = 1, True
    while is_cut:
        made = await env.made(starts_at=env.clock.now() + LEASE)
        opened = await env.made(lasts=LEASE)
        env.clock.advance(LEASE.total_seconds())
        is_cut = await was_cut(env, env.giveaways.schedule.begin(made), point)
        is_cut |= await was_cut(env, env.giveaways.transitions.close(opened), point)
        point += stride(env.emitter.database)
    assert point > 5
    await recover(env)
    states = {one.lasts: one.state for one in await env.all_of_them()}
    assert states == {DAY: GiveawayState.OPEN, LEASE: GiveawayState.ANNOUNCED}
    env.clock.advance(DAY.total_seconds())
    await recover(env)
    assert {*await drawn_once(env)} == {1}


@pytest.mark.thorough("one engine shows every await", but="sqlite*")
async def test_a_cut_at_any_await_of_an_announcement(env: GiveawaysEnv) -> None:
    point, is_cut = 1, True
    while is_cut:
        giveaway_id = await begun(env, count=1)
        await env.giveaways.end(HARBOUR_MASTER, giveaway_id)
        newest = (await env.posts(ANNOUNCEMENT))[-1]
        paid = env.process.posts.pay(ANNOUNCEMENT, newest.subject_id)
        is_cut = await was_cut(env, paid, point)
        point += stride(env.emitter.database)
    assert point > 10
    await recover(env)
    assert {*await drawn_once(env)} == {1}


@pytest.mark.thorough("one engine shows every await", but="sqlite*")
async def test_a_cut_at_any_await_of_a_reroll(env: GiveawaysEnv) -> None:
    point = 1
    while True:
        giveaway_id = await begun(env)
        await env.giveaways.end(HARBOUR_MASTER, giveaway_id)
        if not await was_cut(env, env.giveaways.reroll(HARBOUR_MASTER, giveaway_id), point):
            break
        point += stride(env.emitter.database)
    assert point > 10
    await recover(env)
    assert {*await drawn_once(env, rerolls=True)} == {1, 2}


@pytest.mark.thorough("two of them are enough for the inner loop", but="sqlite-member-*AFTER")
@pytest.mark.parametrize("fault", BESIDE)
@pytest.mark.parametrize("call", ["member", "send", "tell"])
async def test_a_fault_beside_each_call(env: GiveawaysEnv, call: str, fault: Fault) -> None:
    env.discord.faults[call] = fault
    try:
        await env.giveaways.end(HARBOUR_MASTER, await begun(env))
        await env.process.posts.sweep()
    except (ProcessDied, UserError):
        pass
    await recover(env)
    assert await drawn_once(env) == [1]


async def test_two_processes_draw_once(env: GiveawaysEnv) -> None:
    """One asks Discord for so long that its lease is over, and another draws meanwhile."""
    other = env.another()
    await begun(env)
    env.clock.advance(DAY.total_seconds())
    env.discord.faults["member"] = Fault.CRASH_BEFORE
    assert await ends_in_death(other.giveaways.sweep.sweep())
    env.discord.faults.clear()
    await env.sweep_giveaways()
    assert await env.kinds() == [CREATED]  # the other one's lease
    await env.sweep_giveaways(LEASE)
    await other.giveaways.sweep.sweep()
    await other.members.stop()
    assert await drawn_once(env) == [1]
