"""Nukes after the first answer: no answer, others meanwhile, Undo, and those who are back."""

import pytest

from bot.features.nukes.repairs import AT_ONCE
from bot.features.nukes.settings import NukesSettings
from bot.structure import Overwrite
from tests.integration.nukes.nukes_env import QUEEN, SEND, NukesEnv
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import MODERATOR, OWNER, SECOND, Fault


@pytest.mark.parametrize("call", ["change_roles", "member"])
async def test_without_an_answer_nobody_counts_as_stopped(env: NukesEnv, call: str) -> None:
    before = env.shape()
    env.discord.faults[call] = Fault.LOST
    await env.deletes_channels(101, 102, 103)
    await env.sweep()
    assert env.shape()[0] == before[0]  # what was torn down waits for nobody
    assert await env.detected() == []
    env.discord.faults.clear()
    env.clock.advance(61)
    await env.process_cases()
    await env.sweep(61)
    assert env.discord.roles_of(MODERATOR) == {21}
    assert [one["action_taken"] for one in await env.detected()] == ["quarantine"]


@pytest.mark.thorough("a whole attack")
async def test_whoever_begins_meanwhile_is_stopped_before_all_is_put_back(env: NukesEnv) -> None:
    people = [env.discord.enter(one) for one in range(1000, 1045)]
    await env.bans(*people)
    await env.sweep()
    assert len(env.discord.banned) == 25
    await env.deletes_channels(101, 102, 103, by=SECOND)
    await env.sweep()
    assert env.discord.roles_of(SECOND) == {21}
    assert len(env.discord.banned) == 5
    await env.sweep()
    assert env.discord.banned == {}
    assert {one["actor_id"] for one in await env.detected()} == {str(MODERATOR), str(SECOND)}


@pytest.mark.thorough("a whole attack")
async def test_what_has_no_answer_keeps_nothing_else_waiting(env: NukesEnv) -> None:
    people = [env.discord.enter(one) for one in range(1000, 1025)]
    lost = people[:AT_ONCE]
    env.discord.faults |= {f"is_banned {one}": Fault.LOST for one in lost}
    await env.bans(*people)
    await env.sweep(times=2)
    assert {*env.discord.banned} == {*lost}
    env.discord.faults = {f"is_banned {lost[0]}": Fault.LOST}
    await env.sweep(61)
    assert {*env.discord.banned} == {lost[0]}


async def test_what_rests_on_something_waits_for_it(env: NukesEnv) -> None:
    before = env.shape()
    env.discord.faults |= {"make_channel 100": Fault.LOST, "make_role 11": Fault.LOST}
    env.discord.enter(1000, roles={11})
    await env.deletes_channels(101, 102, 100)
    await env.says(103, Overwrite(11, allow=SEND))
    await env.deletes_role(11)
    await env.sweep()
    assert not {"quay-0", "quay-1"} & {one.name for one in env.discord.plans.values()}
    env.discord.faults.clear()
    await env.sweep(61)
    assert env.shape()[:2] == before[:2]
    painter = next(one for one, it in env.discord.role_plans.items() if it.name == "Painter")
    assert env.discord.roles_of(1000) == {painter}


async def test_what_follows_an_undo_is_no_more_of_the_same(env: NukesEnv) -> None:
    await env.deletes_channels(101, 102, 103)
    await env.sweep()
    found = await env.nuke()
    assert found is not None
    await env.incidents.undo.begin(QUEEN, found.incident_id)
    await env.incidents.sweep.sweep()
    assert env.discord.roles_of(MODERATOR) == {2}
    env.clock.advance(5)
    await env.deletes_channels(104)
    await env.sweep()
    assert "quay-3" not in [one.name for one in env.discord.plans.values()]
    await env.deletes_channels(105, 106)  # too many again
    await env.sweep()
    assert env.discord.roles_of(MODERATOR) == {21}
    assert "quay-3" in [one.name for one in env.discord.plans.values()]
    assert len(await env.detected()) == 2


async def test_who_has_their_roles_again_and_goes_on_is_stopped_again(env: NukesEnv) -> None:
    before = env.shape()
    await env.deletes_channels(101, 102, 103)
    await env.sweep()
    env.clock.advance(5)
    await env.deletes_channels(104)
    await env.sweep()
    assert len(await env.detected()) == 1
    env.discord.people[MODERATOR].role_ids |= {2}  # by an accomplice
    await env.deletes_channels(105, 106)
    await env.sweep()
    assert env.discord.roles_of(MODERATOR) == set()  # nobody is put in quarantine twice
    assert env.shape()[0] == before[0]  # each channel once
    assert [one["count"] for one in await env.detected()] == [3, 3]


async def test_what_is_left_in_a_server_that_the_bot_has_left_is_let_go(env: NukesEnv) -> None:
    await env.deletes_channels(101, 102, 103)
    env.discord.is_there = False
    await env.sweep()
    await env.sweep(86_000)
    assert await env.detected() == []
    await env.sweep(1000)
    (told,) = await env.detected()
    assert (told["action_taken"], told["reverted"]) == ("none", False)
    found = await env.nuke()
    assert found is not None
    assert found.due_at is None


async def test_an_owner_who_is_not_remembered_is_the_owner(env: NukesEnv) -> None:
    del env.discord.people[OWNER]
    await env.choose("nukes", window_seconds=60)
    assert (await env.settings.get(GUILD, NukesSettings)).window_seconds == 60
    env.nukes.locked.add(GUILD)
    assert env.nukes.lock_reason(GUILD, OWNER) is None
