"""`/rank` and `/leaderboard` as everybody sees them, and the answer to whoever earns nothing."""

import io

import pytest
from PIL import Image

from tests.e2e.cases.scene import answer, said
from tests.e2e.levels.scene import LevelScene

HOSTILE = "**@everyone** <@1> https://evil.example/\u202eevil \u0bb8\u0bcd\u0bb0\u0bc0 \U0001f9a6"


def avatar() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (256, 256), "#d04040").save(file, "PNG")
    return file.getvalue()


async def test_a_message_earns_and_the_rank_card_shows_it_to_everybody(levels: LevelScene) -> None:
    world = levels.world
    await world.member.send(world.channel, "Good morning, harbour")
    await levels.sweep()
    earned = await levels.xp(world.member)
    assert 15 <= earned <= 25
    shown = answer(await world.member.slash(world.channel, "rank"))
    assert not shown.flags.ephemeral
    picture = await levels.picture(shown)
    assert (picture.size, picture.format) == ((1000, 300), "PNG")
    (file,) = shown.attachments
    assert file.description is not None
    assert file.description.startswith("quiet_otter: level 1,")
    assert f"{earned} XP in all. Number 1 of 1." in file.description
    other = answer(await world.manager.slash(world.channel, "rank", user=world.member))
    assert other.attachments[0].description == file.description


async def test_the_card_is_in_the_colours_of_somebodys_picture(levels: LevelScene) -> None:
    world = levels.world
    before = await levels.picture(answer(await world.member.slash(world.channel, "rank")))
    guild = world.app.client.get_guild(world.guild.id)
    member = None if guild is None else guild.get_member(world.member.id)
    assert member is not None
    url = member.display_avatar.replace(size=256, format="png").url
    world.env.backend.cdn._blobs[url] = avatar()  # pyright: ignore[reportPrivateUsage] - simcord stores no avatars
    after = await levels.picture(answer(await world.member.slash(world.channel, "rank")))
    assert before.getpixel((150, 150)) != after.getpixel((150, 150))
    assert after.getpixel((150, 150)) == (0xD0, 0x40, 0x40)


async def test_names_of_any_kind_are_drawn_and_do_nothing(levels: LevelScene) -> None:
    world = levels.world
    evil = world.guild.add_member(world.env.create_user("evil", global_name=HOSTILE[:32]))
    shown = answer(await evil.slash(world.channel, "rank"))
    assert shown.content == ""
    assert (await levels.picture(shown)).size == (1000, 300)


async def test_the_leaderboard_turns_its_pages_also_after_a_restart(levels: LevelScene) -> None:
    world = levels.world
    people = [world.guild.add_member(world.env.create_user(f"otter_{n}")) for n in range(12)]
    for number, person in enumerate(people):
        await levels.does("give", user=person, xp=str(1_000 - number))
    result = await people[3].slash(world.channel, "leaderboard")
    first = answer(result)
    assert not first.flags.ephemeral
    assert first.attachments[0].description is not None
    assert first.attachments[0].description.startswith("1. otter_0, level 4, 1\u202f000 XP; 2. ")
    assert (await levels.picture(first)).size[0] == 1000
    await world.restart()
    await world.member.click(first.message, label="Next")
    page = world.channel.history()[-1]
    assert page.attachments[0].description == (
        "11. otter_10, level 4, 990 XP; 12. otter_11, level 4, 989 XP"
    )


async def test_the_weeks_board_counts_what_was_earned_not_what_was_given(
    levels: LevelScene,
) -> None:
    world = levels.world
    await levels.does("give", user=world.manager, xp="5000")
    await world.member.send(world.channel, "Good morning, harbour")
    await levels.sweep()
    board = answer(await world.member.slash(world.channel, "leaderboard", span="week"))
    assert board.attachments[0].description is not None
    assert board.attachments[0].description.startswith("1. quiet_otter, level 1")
    assert "harbour_master" not in board.attachments[0].description
    last = answer(await world.member.slash(world.channel, "leaderboard", span="last_week"))
    assert not last.attachments[0].description


async def test_each_monday_the_week_is_shown_once(levels: LevelScene) -> None:
    world = levels.world
    await levels.choose(weekly_channel_id=world.channel.id)
    await world.member.send(world.channel, "Good morning, harbour")
    await levels.sweep(86_400 * 4)  # from Thursday to Monday
    for _look in range(2):
        await levels.service.weekly.look()
        await levels.sweep()
    (board,) = [one for one in world.channel.history() if one.attachments]
    assert (await levels.picture(board)).size[0] == 1000
    await levels.sweep(86_400 * 7)
    await levels.service.weekly.look()  # nothing was earned in that one
    await levels.sweep()
    assert len([one for one in world.channel.history() if one.attachments]) == 1


async def why(levels: LevelScene) -> str:
    world = levels.world
    card = answer(await world.member.slash(world.channel, "rank"))
    told = await world.member.click(card.message, label="Why do I get no XP?")
    assert answer(told).flags.ephemeral
    return said(told)


async def test_whoever_earns_nothing_is_told_why(levels: LevelScene) -> None:
    world = levels.world
    assert "A message here earns you 15 to 25 XP now." in await why(levels)
    assert "You are in no voice channel that I see." in await why(levels)
    await world.member.send(world.channel, "Good morning, harbour")
    await levels.sweep()
    assert "the next one can <t:" in await why(levels)
    await levels.sweep(61)
    await levels.does("multiply", channel=world.channel, factor="0")
    assert f"Nothing is earned in <#{world.channel.id}>." in await why(levels)
    await world.member.send(world.channel, "And a good evening")
    await levels.sweep()
    assert "nothing is earned in that channel" in await why(levels)
    assert "Nothing is earned" in await levels.does("why", user=world.member)


async def test_whoever_talks_is_told_what_is_missing(levels: LevelScene) -> None:
    world = levels.world
    cabin = world.guild.create_voice_channel("cabin")
    await world.member.join_voice(cabin)
    assert "nobody else hears you" in await why(levels)
    await world.manager.join_voice(cabin)
    assert f"In <#{cabin.id}> you earn XP each minute." in await why(levels)
    assert await levels.service.voice.tick() == 2
    assert await levels.xp(world.member) == 5
    await world.member.set_voice(self_deaf=True)
    assert "switch your sound on" in await why(levels)


@pytest.mark.parametrize("command", ["rank", "leaderboard"])
async def test_switched_off_they_say_so(levels: LevelScene, command: str) -> None:
    await levels.choose(enabled=False)
    result = await levels.world.member.slash(levels.world.channel, command)
    assert "switched off" in said(result)
    assert answer(result).flags.ephemeral
    assert len(levels.world.errors()) == 0
