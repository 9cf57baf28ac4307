"""What cannot be done is said in plain words, and nothing has happened."""

import discord
import pytest
from simcord.builders import UserHandle

from bot.features.cases.model import CaseState
from tests.e2e.cases.scene import Scene, said


async def test_somebody_of_the_same_rank(scene: Scene) -> None:
    result = await scene.does("warn", user=scene.pilot, reason="Rude")
    scene.refused(result, "pilot has a role as high as yours or higher")
    assert await scene.told() == []


async def test_the_owner(scene: Scene) -> None:
    owner = scene.world.guild.owner
    result = await scene.captain.slash(scene.world.channel, "ban", user=owner)
    scene.refused(result, "owns this server: nobody can do that.")


async def test_somebody_above_the_bot(scene: Scene) -> None:
    above = scene.world.guild.create_role("Admiral", position=30)
    crown = scene.world.guild.create_role(
        "Crown", permissions=discord.Permissions.all(), position=31
    )
    admiral = scene.world.guild.add_member(scene.world.env.create_user("admiral"), roles=[above])
    queen = scene.world.guild.add_member(scene.world.env.create_user("queen"), roles=[crown])
    await scene.world.env.settle()
    result = await queen.slash(scene.world.channel, "kick", user=admiral)
    scene.refused(result, "admiral has a role as high as mine or higher. Move my role above")
    assert admiral.id in scene.world.guild.member_ids()


async def test_oneself(scene: Scene) -> None:
    result = await scene.does("timeout", user=scene.moderator, duration="10m")
    scene.refused(result, "You cannot do that to yourself.")


async def test_the_bot(scene: Scene) -> None:
    bot = UserHandle(scene.world.env, scene.world.env.backend.bot_user)
    result = await scene.captain.slash(scene.world.channel, "ban", user=bot)
    scene.refused(result, "I will not do that to myself.")


async def test_a_permission_that_the_moderator_lacks_is_named(scene: Scene) -> None:
    await scene.world.allow(scene.world.manager, "ban")
    result = await scene.world.manager.slash(scene.world.channel, "ban", user=scene.otter)
    scene.refused(result, "You need the permission **Ban Members** for that.")
    assert not scene.is_banned(scene.otter)


async def test_a_permission_that_the_bot_lacks_is_named_and_nothing_is_asked(
    scene: Scene,
) -> None:
    me = scene.world.guild.me
    assert me is not None
    role = me.top_role
    scene.world.env.backend.edit_role(
        scene.guild_id, role.id, {"permissions": discord.Permissions.text().value}
    )
    await scene.world.env.settle()
    before = len(scene.world.env.http_requests)
    result = await scene.does("ban", user=scene.otter)
    scene.refused(result, "I need the permission **Ban Members** for that.")
    asked = [one.path for one in scene.world.env.http_requests[before:]]
    assert [path for path in asked if "/bans/" in path] == []


async def test_a_person_who_is_gone_can_be_banned_but_not_warned(scene: Scene) -> None:
    scene.world.guild.remove_member(scene.otter)
    await scene.world.env.settle()
    result = await scene.does("warn", user=scene.otter.user, reason="Spam")
    scene.refused(result, "They are not in this server.")
    assert "was banned" in said(await scene.does("ban", user=scene.otter.user))


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        ("soon", "Write a duration such as 10m, 2h30m, 7d or 2w."),
        ("-5m", "Write a duration such as"),
        ("29d", "Choose a duration between 1 minute and 28 days."),
        ("5s", "Choose a duration between"),
        ("999999999w", "too long"),
    ],
)
async def test_durations_that_make_no_sense(scene: Scene, duration: str, words: str) -> None:
    result = await scene.does("timeout", user=scene.otter, duration=duration)
    scene.refused(result, words)
    assert scene.timed_out_until(scene.otter) is None
    assert await scene.told() == []


async def test_a_ban_that_stands_and_one_that_does_not(scene: Scene) -> None:
    await scene.does("ban", user=scene.otter)
    result = await scene.does("ban", user=scene.otter.user)
    scene.refused(result, "They are banned already.")
    result = await scene.does("unban", user=scene.world.env.create_user("stranger"))
    scene.refused(result, "They are not banned here.")


async def test_without_a_role_for_muting_the_settings_are_named(scene: Scene) -> None:
    await scene.choose(mute_role_id=None)
    result = await scene.does("mute", user=scene.otter)
    scene.refused(result, "No role for muting is chosen yet: /settings")


async def test_switched_off_nothing_is_done(scene: Scene) -> None:
    await scene.choose(enabled=False)
    result = await scene.does("ban", user=scene.otter)
    scene.refused(result, "Moderation cases are switched off here")
    assert not scene.is_banned(scene.otter)


async def test_what_discord_refuses_makes_the_case_void(scene: Scene) -> None:
    scene.world.env.inject_error(
        "PUT", "/guilds/*/bans/*", status=403, code=50013, message="Missing Permissions"
    )
    result = await scene.does("ban", user=scene.otter, reason="Raid")
    scene.refused(result, "Discord does not let me do that: Missing Permissions. Case 1 is void.")
    assert (await scene.case(1)).state is CaseState.VOID
    assert await scene.told() == []


async def test_without_an_answer_of_discord_s_the_case_waits_for_a_sweep(scene: Scene) -> None:
    scene.world.env.inject_error("PUT", "/guilds/*/bans/*", status=400, code=0, times=1)
    scene.world.env.backend.faults[-1]["status"] = 408
    result = await scene.does("ban", user=scene.otter)
    scene.refused(result, "Discord gave no answer. I will look in a minute whether it was done")
    assert (await scene.case(1)).state is CaseState.PENDING
    await scene.sweep(61)
    assert (await scene.case(1)).state is CaseState.VOID
    assert await scene.told() == []


async def test_of_two_moderators_at_once_one_bans(scene: Scene) -> None:
    first, second = await scene.at_once("ban", [scene.moderator, scene.pilot], user=scene.otter)
    answers = sorted([said(first), said(second)], key=lambda text: "was banned" in text)
    assert "was banned" in answers[1]
    assert "does that already, as case 1." in answers[0] or "banned already" in answers[0]
    assert await scene.types() == ["case.created", "member.banned"]
    scene.world.errors()
