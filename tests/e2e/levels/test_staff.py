"""`/levels`: what the staff give and take, the roles that follow, files in and out, and who may."""

import pytest

from bot.features.settings import SETTINGS
from tests.e2e.cases.scene import answer, said
from tests.e2e.levels.scene import LevelScene
from tests.support.messages import read


async def test_xp_is_given_taken_set_and_reset(levels: LevelScene) -> None:
    world, otter = levels.world, levels.world.member
    assert "has 1\u202f500 XP now: level 6" in await levels.does("give", user=otter, xp="1 500")
    assert "has 500 XP now: level 2" in await levels.does("take", user=otter, xp="1000")
    assert "level 10" in await levels.does("set", user=otter, level="10")
    assert await levels.xp(otter) == 3_162
    assert "has 7 XP now" in await levels.does("set", user=otter, xp="\u0667")
    assert "begins anew" in await levels.does("reset", user=otter)
    assert "nothing to reset" in await levels.does("reset", user=otter)
    assert await levels.ups() == [(1, 6, 1_500), (2, 10, 3_162)]
    entries = [data for kind, data in await world.told(levels.receiver) if kind.endswith("entry")]
    assert [one["event_type"] for one in entries if "levels.xp" in one["event_type"]] == [
        *["levels.xp_given", "levels.xp_taken", "levels.xp_set", "levels.xp_set"],
        "levels.xp_reset",
    ]


@pytest.mark.parametrize(
    ("xp", "why"),
    [
        ("-5", "Leave out the minus"),
        ("1,500", "can be read as"),
        ("1.5", "whole number"),
        ("1e9", "Write the number out"),
        ("0", "The least is 1"),
        ("1000000001", "The most is"),
        ("many", "cannot be read"),
    ],
)
async def test_a_number_that_cannot_be_meant_is_refused(
    levels: LevelScene, xp: str, why: str
) -> None:
    assert why in await levels.does("give", user=levels.world.member, xp=xp)
    assert await levels.xp(levels.world.member) == 0
    assert levels.world.errors() == []


async def test_everybody_is_reset_only_by_a_second_click(levels: LevelScene) -> None:
    world = levels.world
    await levels.does("give", user=world.member, xp="500")
    question = await levels.used("reset")
    kept = await world.manager.click(answer(question).message, label="Keep it")
    assert "keeps their XP" in said(kept)
    assert await levels.xp(world.member) == 500
    question = await levels.used("reset")
    done = await world.manager.click(answer(question).message, label="Reset everybody")
    assert "1 member begins anew." in said(done)
    assert await levels.xp(world.member) == 0


async def test_a_level_gives_its_role_and_says_it_where_it_was_reached(levels: LevelScene) -> None:
    world, otter = levels.world, levels.world.member
    told = await levels.does("role add", role=levels.role, level=2)
    assert f"<@&{levels.role.id}> is given from level 2 on" in told
    await levels.choose(announce_text="{user} ({name}) rose from {old_level} to {level}: {xp} XP")
    await levels.does("give", user=otter, xp="300")
    assert levels.roles(otter) == {levels.role.id}
    (said_there,) = [one for one in world.channel.history() if "rose from" in one.content]
    name = "quiet\\_otter"
    assert said_there.content == f"<@{otter.id}> ({name}) rose from 1 to 2: 300 XP"
    assert "2 → <@&" in await levels.does("show")
    await levels.does("reset", user=otter)
    assert levels.roles(otter) == set()
    assert "no level role any more" in await levels.does("role remove", role=levels.role)
    assert "is no level role" in await levels.does("role remove", role=levels.role)


@pytest.mark.parametrize("announces", ["off", "channel", "dm"])
async def test_announcements_go_where_they_are_wanted(levels: LevelScene, announces: str) -> None:
    world, otter = levels.world, levels.world.member
    place = world.guild.create_text_channel("levels")
    await levels.choose(announces=announces, announce_channel_id=place.id)
    await levels.does("give", user=otter, xp="300")
    found = {
        "channel": place.history(),
        "dm": otter.user.dm_channel.history(viewer=otter.user),
        "current": [one for one in world.channel.history() if "reached" in one.content],
    }
    assert {where for where, messages in found.items() if messages} == {announces} - {"off"}


async def test_channels_and_roles_multiply(levels: LevelScene) -> None:
    world = levels.world
    told = await levels.does("multiply", channel=world.channel, factor="2.5")
    assert f"<#{world.channel.id}> multiplies XP by 2.50 now." in told
    assert "ignored now" in await levels.does("multiply", by_role=levels.role, factor="0")
    shown = await levels.does("show")
    assert f"<#{world.channel.id}> ×2.50" in shown  # noqa: RUF001 - the sign that people read
    assert f"<@&{levels.role.id}> earns nothing" in shown
    place = world.guild.create_text_channel("gone")
    await levels.does("multiply", channel=place, factor="2")
    world.env.backend.delete_channel(place.id)
    assert f"is gone ({place.id})" in await levels.does("show")
    assert "changes nothing" in await levels.does("multiply", by_role=levels.role, factor="1")
    assert "one of them" in await levels.does("multiply", factor="2")
    assert "The most is 10.00" in await levels.does("multiply", channel=world.channel, factor="11")


async def test_roles_by_hand_are_brought_up_to_date(levels: LevelScene) -> None:
    world, otter = levels.world, levels.world.member
    backend, place = world.env.backend, (world.guild.id, otter.id, levels.role.id)
    await levels.does("role add", role=levels.role, level=2)
    backend.add_member_role(*place)
    await levels.sweep()
    assert levels.roles(otter) == set()
    await levels.does("give", user=otter, xp="300")
    assert levels.roles(otter) == {levels.role.id}
    backend.remove_member_role(*place)
    await levels.sweep()
    assert levels.roles(otter) == {levels.role.id}
    await levels.choose(enabled=False)
    backend.remove_member_role(*place)
    await levels.sweep()
    await levels.choose(enabled=True)
    assert "differ: 1" in await levels.does("sync")
    assert levels.roles(otter) == {levels.role.id}
    assert "differ: 0" in await levels.does("sync")


async def test_a_bot_that_takes_a_level_role_back_for_ever_is_told_of_once(
    levels: LevelScene,
) -> None:
    world, otter = levels.world, levels.world.member
    notices = world.guild.create_text_channel("notices")
    await world.app.parts[SETTINGS].service.change(
        levels.actor, "general", "notice_channel_id", notices.id
    )
    await levels.does("role add", role=levels.role, level=2)
    await levels.does("give", user=otter, xp="300")
    for _ in range(10):
        if levels.roles(otter):
            world.env.backend.remove_member_role(world.guild.id, otter.id, levels.role.id)
        await levels.sweep()
    assert levels.roles(otter) == set()
    (told,) = notices.history()
    assert "by another bot" in read(told)
    assert "changes it again and again" in await levels.does("show")


async def test_a_deleted_level_role_is_told(levels: LevelScene) -> None:
    world = levels.world
    notices = world.guild.create_text_channel("notices")
    await world.app.parts[SETTINGS].service.change(
        levels.actor, "general", "notice_channel_id", notices.id
    )
    await levels.does("role add", role=levels.role, level=2)
    await levels.does("give", user=world.member, xp="300")
    world.env.backend.delete_role(world.guild.id, levels.role.id)
    await levels.sweep()
    (told,) = notices.history()
    assert "role of level 2 was deleted" in read(told)


async def test_a_file_is_looked_through_before_it_is_taken_over_and_comes_back(
    levels: LevelScene,
) -> None:
    world, otter = levels.world, levels.world.member
    table = f"user_id,xp\n{otter.id},4675\n{world.manager.id},x\n".encode()
    dry = await levels.does("import", file=("mee6.csv", table), curve="mee6")
    assert "New here: 1. Changed: 0." in dry
    assert "Line 3: “x” cannot be read as a number" in dry
    assert "Nothing was changed yet" in dry
    assert await levels.xp(otter) == 0
    done = await levels.does("import", file=("mee6.csv", table), curve="mee6", dry_run=False)
    assert "Done." in done
    assert await levels.xp(otter) == 3_162
    assert await levels.ups() == []  # nothing was reached
    result = await levels.used("export")
    (file,) = answer(result).attachments
    content = await file.read()
    assert content.decode() == f"user_id,xp,level\r\n{otter.id},3162,10\r\n"
    again = await levels.does("import", file=("xp-1.csv", content), dry_run=False)
    assert "New here: 0. Changed: 0. Left as they are: 1." in again
    await levels.does("set", user=otter, xp="9000")
    await levels.does("import", file=("a.csv", content), dry_run=False, only_higher=True)
    assert await levels.xp(otter) == 9_000


async def test_only_the_staff_may(levels: LevelScene) -> None:
    world = levels.world
    question = answer(await levels.used("reset"))
    await world.allow(world.member, "levels")
    for name, options in (
        ("give", {"user": world.member, "xp": "500"}),
        ("reset", {}),
        ("export", {}),
        ("role add", {"role": levels.role, "level": 2}),
    ):
        result = await world.member.slash(world.channel, f"levels {name}", **options)
        assert "Manage Server" in said(result)
    assert await levels.xp(world.member) == 0
    assert question.flags.ephemeral


async def test_bots_have_no_levels(levels: LevelScene) -> None:
    world = levels.world
    robot = world.guild.add_member(world.env.create_user("robot", bot=True))
    assert "Bots earn no XP" in await levels.does("give", user=robot, xp="5")
    assert "Bots earn no XP" in said(await world.member.slash(world.channel, "rank", user=robot))
    await robot.send(world.channel, "Beep, a message of some words")
    await levels.sweep()
    assert await levels.xp(robot) == 0
