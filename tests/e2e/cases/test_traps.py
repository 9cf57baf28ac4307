"""What goes wrong in bots like this, tried on the whole bot; each test holds a rule."""

from datetime import timedelta

import pytest

from bot.clock import ManualClock
from bot.features.cases.model import MARGIN, CaseState
from tests.e2e.cases.scene import Scene, running, said
from tests.support.emitter_setup import config_for
from tests.support.receiver import Receiver


@pytest.mark.thorough("the service tests run on both engines")
async def test_the_same_on_postgresql(
    postgres_url: str, clock: ManualClock, receiver: Receiver
) -> None:
    async with running(config_for(postgres_url), clock, receiver) as scene:
        heron = scene.world.guild.add_member(scene.world.env.create_user("heron"))
        await scene.world.env.settle()
        for _ in range(2):
            await scene.does("warn", user=scene.otter, reason="Spam")
        third = await scene.does("warn", user=scene.otter, reason="Spam")
        assert "was timed out" in said(third)
        assert scene.timed_out_until(scene.otter) is not None
        assert "was banned" in said(await scene.does("ban", user=heron, reason="Raid"))
        await scene.does("tempban", user=scene.otter, duration="1h")
        assert scene.is_banned(scene.otter)
        await scene.sweep(3_601)
        assert not scene.is_banned(scene.otter)
        assert scene.is_banned(heron)
        types = await scene.types()
        assert [types.count(one) for one in ("member.banned", "member.unbanned")] == [2, 1]
        assert types.count("case.created") == 6
        assert (await scene.case(6)).state is CaseState.EXPIRED


async def test_a_step_of_the_ladder_is_taken_once(scene: Scene) -> None:
    for _ in range(2):
        await scene.does("warn", user=scene.otter, reason="Spam")
    moderators = [scene.moderator, scene.pilot]
    await scene.at_once("warn", moderators, user=scene.otter, reason="Spam")
    await scene.does("untimeout", user=scene.otter)  # else the timeout that stands would refuse
    await scene.does("warn", user=scene.otter, reason="Spam")
    told = [data["type"] for kind, data in await scene.told() if kind == "case.created"]
    assert sorted(told) == ["timeout", "untimeout", *("warn",) * 5]


async def test_a_role_of_the_settings_that_was_deleted_is_said_and_stops_nothing_else(
    scene: Scene,
) -> None:
    heron = scene.world.guild.add_member(scene.world.env.create_user("heron"))
    await scene.does("mute", user=scene.otter, duration="1h")
    for role in (scene.muted, scene.quarantined):
        scene.world.env.backend.delete_role(scene.guild_id, role.id)
    await scene.world.env.settle()
    for command in ("mute", "quarantine"):
        scene.refused(
            await scene.does(command, user=heron), "is deleted: choose another with /settings"
        )
    await scene.choose(ladder="1 in 1d: mute 1h")
    warned = said(await scene.does("warn", user=heron, reason="Spam"))
    assert "heron was warned" in warned
    assert "could not be done" in warned
    await scene.sweep(3_601)
    assert (await scene.case(1)).state is CaseState.EXPIRED
    scene.world.errors()


async def test_an_unban_that_is_told_twice_ends_the_case_once(scene: Scene) -> None:
    await scene.does("tempban", user=scene.otter, duration="1h")
    scene.world.env.backend.remove_ban(scene.guild_id, scene.otter.id)
    for _ in range(2):
        await scene.world.gateway("GUILD_BAN_REMOVE", scene.otter)
    await scene.sweep(5)
    assert sorted((await scene.types())[2:]) == ["case.updated", "member.unbanned"]


async def test_a_join_that_is_told_twice_mutes_once_more_and_tells_nothing(scene: Scene) -> None:
    await scene.does("mute", user=scene.otter)
    scene.world.guild.remove_member(scene.otter)
    back = scene.world.guild.add_member(scene.otter.user)
    since, voice = "2026-01-01T00:01:00+00:00", {"deaf": False, "mute": False}
    scene.world.env.backend.get_member(scene.guild_id, back.id).joined_at = since
    for _ in range(2):
        await scene.world.gateway(
            "GUILD_MEMBER_ADD", back, roles=(), joined_at=since, flags=0, **voice
        )
    assert scene.muted.id in scene.roles_of(back)
    kinds = [kind for kind in await scene.types() if kind.startswith("case.")]
    assert kinds == ["case.created"]


@pytest.mark.parametrize("count", [1, 2, 100, 101])
async def test_messages_go_in_the_sizes_that_discord_takes(scene: Scene, count: int) -> None:
    """One alone has a request of its own; two to a hundred go together."""
    backend, channel = scene.world.env.backend, scene.world.channel
    for number in range(count):
        backend.create_message(channel.id, scene.otter.id, f"noise {number}")
    before = len(scene.world.env.http_requests)
    await scene.does("purge", count=count)
    assert channel.history() == []
    asked = [f"{one.method} {one.path}" for one in scene.world.env.http_requests[before:]]
    together = [one for one in asked if one.endswith("/bulk-delete")]
    alone = [one for one in asked if one.startswith("DELETE") and "/messages/" in one]
    assert (len(together), len(alone)) == {1: (0, 1), 2: (1, 0), 100: (1, 0), 101: (1, 1)}[count]


async def test_a_timeout_may_last_28_days_and_not_a_minute_more(scene: Scene) -> None:
    most = timedelta(days=28) - MARGIN
    refused = await scene.does("timeout", user=scene.otter, duration="28d1m")
    scene.refused(refused, "between 1 minute and 28 days")
    assert "was timed out" in said(await scene.does("timeout", user=scene.otter, duration="28d"))
    until = scene.timed_out_until(scene.otter) or ""
    assert until.startswith((scene.world.clock.now() + most).strftime("%Y-%m-%dT%H:%M"))
