"""Time, restarts, rejoins and people who act by hand."""

import pytest

from bot.clock import ManualClock
from bot.features.cases.model import CaseState
from tests.e2e.cases.scene import Scene, running
from tests.support.emitter_setup import config_for
from tests.support.messages import read
from tests.support.receiver import Receiver


async def test_the_bot_looks_by_itself_every_fifteen_seconds(
    sqlite_url: str, clock: ManualClock, receiver: Receiver
) -> None:
    async with running(config_for(sqlite_url), clock, receiver, sweeping=True) as scene:
        await scene.does("tempban", user=scene.otter, duration="1m")
        await scene.told()
        for _step in range(5):
            clock.advance(15)
        await receiver.until(lambda: receiver.requests[-1].type == "member.unbanned")
        assert not scene.is_banned(scene.otter)


async def test_an_end_that_passed_before_a_restart_is_caught_up(scene: Scene) -> None:
    await scene.does("tempban", user=scene.otter, duration="1h")
    await scene.told()
    scene.world.clock.advance(2 * 3600)
    await scene.world.restart()
    await scene.sweep()
    assert not scene.is_banned(scene.otter)
    assert (await scene.case(1)).state is CaseState.EXPIRED


async def test_a_ban_lifted_by_hand_closes_the_case(scene: Scene) -> None:
    await scene.does("tempban", user=scene.otter, duration="1h")
    scene.world.env.backend.remove_ban(scene.guild_id, scene.otter.id)
    await scene.sweep(5)
    assert (await scene.case(1)).state is CaseState.REVOKED
    assert sorted((await scene.types())[2:]) == ["case.updated", "member.unbanned"]
    await scene.sweep(2 * 3600)
    assert len(await scene.types()) == 4


async def test_an_end_that_discord_refuses_is_kept_and_said(scene: Scene) -> None:
    await scene.does("tempban", user=scene.otter, duration="1h")
    scene.world.env.inject_error(
        "DELETE", "/guilds/*/bans/*", status=403, code=50013, message="Missing Permissions"
    )
    await scene.sweep(3_601)
    assert (await scene.case(1)).state is CaseState.ACTIVE
    assert "I cannot lift it: Missing Permissions" in read(scene.cards()[0])
    await scene.sweep(15 * 60)
    assert (await scene.case(1)).state is CaseState.EXPIRED
    assert not scene.is_banned(scene.otter)


async def test_a_look_that_gets_no_answer_is_no_sign_of_a_lifted_ban(scene: Scene) -> None:
    await scene.does("tempban", user=scene.otter, duration="1h")
    # 408: unlike a 500, discord.py does not ask again by itself.
    scene.world.env.inject_error("GET", "/guilds/*/bans/*", status=408)
    await scene.sweep(3_601)
    assert scene.is_banned(scene.otter)
    assert (await scene.case(1)).state is CaseState.ACTIVE
    await scene.sweep(61)
    assert not scene.is_banned(scene.otter)


async def test_a_mute_that_ended_is_not_given_to_whoever_comes_back(scene: Scene) -> None:
    await scene.does("mute", user=scene.otter, duration="1h")
    scene.world.guild.remove_member(scene.otter)
    await scene.sweep(3_601)
    back = scene.world.guild.add_member(scene.otter.user)
    await scene.world.env.settle()
    assert scene.roles_of(back) == set()
    assert (await scene.case(1)).state is CaseState.EXPIRED


async def test_a_quarantine_is_not_left_behind_by_leaving(scene: Scene) -> None:
    painter = scene.world.guild.create_role("Painter")
    await scene.does("quarantine", user=scene.otter)
    scene.world.guild.remove_member(scene.otter)
    await scene.world.env.advance_time(60)
    back = scene.world.guild.add_member(scene.otter.user, roles=[painter])
    await scene.world.env.settle()
    assert scene.quarantined.id in scene.roles_of(back)
    await scene.does("release", user=back)
    assert scene.quarantined.id not in scene.roles_of(back)


@pytest.mark.parametrize("command", ["mute", "quarantine"])
async def test_a_role_above_the_bot_s_is_not_even_asked_for(scene: Scene, command: str) -> None:
    high = scene.world.guild.create_role("High", position=40)
    await scene.choose(mute_role_id=high.id, quarantine_role_id=high.id)
    before = len(scene.world.env.http_requests)
    refused = await scene.does(command, user=scene.otter)
    scene.refused(refused, "the role High is not below mine")
    asked = [one.path for one in scene.world.env.http_requests[before:] if one.method == "PUT"]
    assert [path for path in asked if "/roles/" in path] == []
