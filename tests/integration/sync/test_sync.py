"""Shared punishments on both engines: owed with the case, done once, never round and round."""

import asyncio
from datetime import timedelta

import pytest

from bot.errors import NotFound, UserError
from bot.features.cases.model import Order
from bot.features.sync.model import ShareState
from tests.integration.sync.sync_env import EAST, NORTH, OTTER, SOUTH, SyncEnv, manager
from tests.support.fake_acts import Fault

HOUR = timedelta(hours=1)


async def test_a_ban_reaches_every_server_once_as_a_case_of_the_source_sync(env: SyncEnv) -> None:
    await env.network(NORTH, SOUTH, EAST)
    await env.network(NORTH, SOUTH)  # a second one that two of them share as well
    await env.order(NORTH, Order("ban", OTTER, "Selling *stolen* boats"))
    await env.sweep()
    await env.sweep(61)
    for guild_id in (SOUTH, EAST):
        (case,) = await env.standing(guild_id)
        assert (case.type, case.source) == ("ban", "sync")
        assert case.reason == "Shared by North: Selling *stolen* boats"
        assert OTTER in env.servers[guild_id].banned
    assert [one.state for one in await env.shares()] == [ShareState.DONE] * 2
    assert {one.origin_guild_id for one in await env.shares()} == {NORTH}
    created = [data for kind, data in await env.told() if kind == "case.created"]
    assert sorted(data["source"] for data in created) == ["bot", "sync", "sync"]
    (line, *others) = [
        post for post in env.servers[SOUTH].lines.values() if post.title == "Shared punishments"
    ]
    assert others == []
    assert "North shares a punishment" in line.text


async def test_only_what_both_have_ticked_is_shared(env: SyncEnv) -> None:
    network_id = await env.network(NORTH, SOUTH, EAST)
    await env.tick(SOUTH, network_id, sends=("ban",), takes=("kick", "timeout"))
    await env.tick(NORTH, network_id, sends=("ban", "kick"), takes=())
    await env.order(NORTH, Order("timeout", OTTER, "Loud", HOUR))
    assert await env.shares() == []
    await env.order(NORTH, Order("kick", OTTER))
    await env.order(SOUTH, Order("ban", OTTER))
    await env.order(EAST, Order("warn", OTTER, "Spam"))
    shared = [(one.type, one.origin_guild_id, one.guild_id) for one in await env.shares()]
    assert shared == [
        ("kick", NORTH, SOUTH),
        ("kick", NORTH, EAST),
        ("ban", SOUTH, EAST),
    ]


async def test_a_timeout_ends_when_the_first_one_does_and_lifts_follow(env: SyncEnv) -> None:
    await env.network(NORTH, SOUTH)
    first = await env.order(NORTH, Order("timeout", OTTER, "Loud", HOUR))
    env.clock.advance(600)
    await env.sweep()
    (case,) = await env.standing(SOUTH)
    assert first.expires_at is not None
    assert case.expires_at is not None
    assert abs(case.expires_at - first.expires_at) < timedelta(seconds=5)
    await env.order(NORTH, Order("untimeout", OTTER))
    await env.sweep()
    assert await env.standing(SOUTH) == []
    assert env.servers[SOUTH].people[OTTER].timed_out_until is None

    await env.choose(SOUTH, "sync", follows_lifts=False)
    await env.order(NORTH, Order("ban", OTTER))
    await env.sweep()
    await env.order(NORTH, Order("unban", OTTER))
    await env.sweep()
    assert [case.type for case in await env.standing(SOUTH)] == ["ban"]
    assert not any(one.is_lift_owed for one in await env.shares())


async def test_nothing_is_lifted_for_ever_where_the_bot_has_left(env: SyncEnv) -> None:
    await env.network(NORTH, SOUTH)
    await env.order(NORTH, Order("ban", OTTER))
    await env.sweep()
    env.clock.advance(5 * 86_400)
    env.servers[SOUTH].is_there = False
    await env.order(NORTH, Order("unban", OTTER))
    await env.sweep(61)
    assert [one.is_lift_owed for one in await env.shares()] == [True]
    await env.sweep(86_500)
    assert [one.is_lift_owed for one in await env.shares()] == [False]


async def test_what_takes_the_place_of_a_case_lifts_nothing(env: SyncEnv) -> None:
    await env.network(NORTH, SOUTH)
    await env.order(NORTH, Order("tempban", OTTER, "A day", timedelta(days=1)))
    await env.sweep()
    await env.order(NORTH, Order("ban", OTTER, "For good"))
    await env.sweep()
    await env.sweep(61)
    assert OTTER in env.servers[SOUTH].banned
    assert [case.type for case in await env.standing(SOUTH)] == ["ban"]


async def test_what_ended_before_it_was_done_is_not_done(env: SyncEnv) -> None:
    await env.network(NORTH, SOUTH)
    await env.order(NORTH, Order("ban", OTTER))
    await env.order(NORTH, Order("unban", OTTER))
    await env.sweep()
    assert env.servers[SOUTH].banned == {}
    assert [one.state for one in await env.shares()] == [ShareState.CANCELLED]


async def test_a_server_leaves_at_any_moment_and_nothing_of_it_stays(env: SyncEnv) -> None:
    network_id = await env.network(NORTH, SOUTH, EAST)
    await env.order(NORTH, Order("ban", OTTER))
    assert await env.networks.leave(manager(NORTH), network_id) == "Harbours"
    await env.sweep()
    assert (await env.shares(), env.servers[SOUTH].banned) == ([], {})
    (seen,) = await env.networks.seen(SOUTH)
    assert [name for _one, name in seen.others] == ["East"]
    assert seen.mine.is_founder  # the longest in it keeps it
    with pytest.raises(NotFound):
        await env.networks.invite(manager(NORTH), network_id)

    await env.order(SOUTH, Order("kick", OTTER))
    (east,) = [one.id for one, _name in seen.others]
    with pytest.raises(UserError, match="Only the server that made"):
        await env.networks.remove(manager(EAST), network_id, seen.mine.id)
    with pytest.raises(NotFound):
        await env.networks.remove(manager(SOUTH), network_id, seen.mine.id)
    await env.networks.remove(manager(SOUTH), network_id, east)
    assert await env.shares() == []
    await env.networks.leave(manager(SOUTH), network_id)
    assert await env.networks.seen(SOUTH) == []


async def test_an_invite_lets_one_in_within_a_day(env: SyncEnv) -> None:
    made = await env.networks.create(manager(NORTH), "Harbours")
    code = await env.networks.invite(manager(NORTH), made.network_id)
    assert await env.networks.offered(code.upper()) == ("Harbours", 1)
    came = await asyncio.gather(
        *(env.networks.join(manager(one), code) for one in (SOUTH, EAST)), return_exceptions=True
    )
    assert sorted(isinstance(one, NotFound) for one in came) == [False, True]
    late = await env.networks.invite(manager(NORTH), made.network_id)
    env.clock.advance(86_401)
    for work in (env.networks.offered(late), env.networks.join(manager(EAST), late)):
        with pytest.raises(NotFound):
            await work
    own = await env.networks.invite(manager(NORTH), made.network_id)
    with pytest.raises(UserError, match="already"):
        await env.networks.join(manager(NORTH), own)
    await env.choose(EAST, "sync", enabled=False)
    with pytest.raises(UserError, match="switches it on"):
        await env.networks.join(manager(EAST), own)


async def test_a_name_is_asked_for_where_another_process_hears_of_that_server(
    env: SyncEnv,
) -> None:
    await env.network(NORTH, SOUTH)
    env.servers[NORTH].is_known = False
    seen = await env.networks.seen(SOUTH)
    assert [name for _one, name in seen[0].others] == ["North"]


async def test_a_name_that_is_not_shown_and_a_switch_that_is_off(env: SyncEnv) -> None:
    await env.network(NORTH, SOUTH, EAST)
    await env.choose(NORTH, "sync", shows_name=False)
    await env.choose(EAST, "sync", enabled=False)
    await env.order(NORTH, Order("ban", OTTER))
    await env.sweep()
    (case,) = await env.standing(SOUTH)
    assert case.reason == "Shared by a server that does not show its name"
    seen = await env.networks.seen(SOUTH)
    assert "North" not in [name for _one, name in seen[0].others]
    east = [one for one in await env.shares() if one.guild_id == EAST]
    assert [one.state for one in east] == [ShareState.REFUSED]
    assert env.servers[EAST].banned == {}


async def test_shadow_refusals_and_what_comes_too_late(env: SyncEnv) -> None:
    await env.network(NORTH, SOUTH, EAST)
    await env.incidents.shadows.begin(manager(SOUTH), "sync", 3)
    env.servers[EAST].people[OTTER].role_ids.add(1)  # above the bot there
    await env.order(NORTH, Order("ban", OTTER))
    await env.sweep()
    assert env.servers[SOUTH].banned == env.servers[EAST].banned == {}
    would = [post for post in env.servers[SOUTH].lines.values() if "would have been" in str(post)]
    assert len(would) == 1
    assert [one.state for one in await env.shares()] == [ShareState.REFUSED] * 2

    env.servers[EAST].is_there = False
    env.servers[NORTH].enter(2000, roles={10})
    await env.order(NORTH, Order("kick", 2000))
    await env.sweep()
    assert (await env.shares())[-1].state is ShareState.OWED
    await env.sweep(86_500)
    (late,) = [one for one in await env.shares() if one.user_id == 2000 and one.guild_id == EAST]
    assert (late.state, late.failure) == (ShareState.REFUSED, "it came too late")


async def test_what_was_unticked_meanwhile_is_not_done(env: SyncEnv) -> None:
    network_id = await env.network(NORTH, SOUTH, EAST)
    await env.order(NORTH, Order("ban", OTTER))
    await env.tick(SOUTH, network_id, sends=("ban",), takes=("kick",))
    await env.sweep()
    assert await env.standing(SOUTH) == []
    assert [case.type for case in await env.standing(EAST)] == ["ban"]
    (refused,) = [one for one in await env.shares() if one.guild_id == SOUTH]
    assert (refused.state, refused.case_number) == (ShareState.REFUSED, None)


async def test_a_look_up_without_an_answer_is_due_again(env: SyncEnv) -> None:
    await env.network(NORTH, SOUTH)
    env.servers[SOUTH].faults["ban_reason"] = Fault.LOST
    await env.order(NORTH, Order("ban", OTTER))
    await env.sweep()
    assert [one.state for one in await env.shares()] == [ShareState.OWED]
    del env.servers[SOUTH].faults["ban_reason"]
    await env.sweep(61)
    assert [one.state for one in await env.shares()] == [ShareState.DONE]
    assert [case.type for case in await env.standing(SOUTH)] == ["ban"]


async def test_no_answer_is_asked_again_and_one_case_comes_of_it(env: SyncEnv) -> None:
    await env.network(NORTH, SOUTH)
    env.servers[SOUTH].faults["ban"] = Fault.LATE
    await env.order(NORTH, Order("ban", OTTER))
    await env.sweep()
    assert [one.state for one in await env.shares()] == [ShareState.OWED]
    del env.servers[SOUTH].faults["ban"]
    for _ in range(3):
        await env.sweep(61)
    assert [one.state for one in await env.shares()] == [ShareState.DONE]
    assert len(await env.standing(SOUTH)) == 1
