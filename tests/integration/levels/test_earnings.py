"""What messages and talk earn: once for each turn, whatever comes at once, dies, or is repeated."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.features.levels import store
from bot.features.levels.earnings import Unpaid
from bot.features.levels.model import MOST_XP, total_for
from bot.features.levels.store import Award
from bot.features.levels.tables import level_week
from tests.integration.levels.levels_env import (
    CATEGORY,
    CHANNEL,
    FRIEND,
    PAINTER,
    STAFF,
    VOICE,
    LevelsEnv,
    LevelsProcess,
)
from tests.support.emitter_setup import GUILD


async def test_a_message_earns_once_in_a_cooldown(env: LevelsEnv) -> None:
    otter = env.someone()
    assert await env.writes(otter) is not None
    env.clock.advance(59)
    assert await env.levels.earnings.heard(env.message(otter)) is None
    assert env.levels.earnings.last(GUILD, otter).unpaid is Unpaid.COOLDOWN
    env.clock.advance(1)
    assert await env.levels.earnings.heard(env.message(otter)) is not None
    assert await env.xp(otter) == 2 * LevelsProcess.earns


async def test_200_messages_at_once_lose_no_point(env: LevelsEnv) -> None:
    """Of people who each write as often as others, without a cooldown to wait for."""
    await env.choose(cooldown_seconds=0, checks_spam=False)
    people = [env.someone() for _ in range(4)]
    messages = [env.message(one) for _ in range(50) for one in people]
    awarded = await asyncio.gather(*map(env.levels.earnings.heard, messages))
    assert None not in awarded
    for one in people:
        assert await env.xp(one) == 50 * LevelsProcess.earns
    # Each rise is told once, and the last total is the last of them.
    total = 50 * LevelsProcess.earns
    rises = [total_for(level) for level in range(2, 10) if total_for(level) <= total]
    assert len(await env.ups()) == len(rises) * len(people)


async def test_200_messages_of_one_person_at_once_earn_once(env: LevelsEnv) -> None:
    otter = env.someone()
    messages = [env.message(otter) for _ in range(200)]
    awarded = await asyncio.gather(*map(env.levels.earnings.heard, messages))
    assert sum(one is not None for one in awarded) == 1
    assert await env.xp(otter) == LevelsProcess.earns


async def test_the_row_says_whose_turn_it_is_not_the_memory_of_one_process(env: LevelsEnv) -> None:
    otter = env.someone()
    assert await env.writes(otter) is not None
    await env.again()
    env.clock.advance(30)
    assert await env.levels.earnings.heard(env.message(otter)) is None
    assert env.levels.earnings.last(GUILD, otter).unpaid is Unpaid.ROW
    assert await env.xp(otter) == LevelsProcess.earns


async def test_nothing_is_earned_where_it_is_switched_off_by_bots_or_by_discord(
    env: LevelsEnv,
) -> None:
    otter = env.someone()
    assert await env.writes(otter, is_bot=True) is None
    assert await env.writes(otter, is_system=True) is None
    await env.choose(enabled=False)
    assert await env.writes(otter) is None
    assert await env.row(otter) is None


async def test_channels_roles_and_the_server_multiply(env: LevelsEnv) -> None:
    rulebook, otter = env.levels.rulebook, env.someone(roles={FRIEND})
    await rulebook.multiply(STAFF, "channel", CATEGORY, 200)
    await rulebook.multiply(STAFF, "role", FRIEND, 150)
    await env.choose(percent=50)
    await env.writes(otter)
    assert await env.xp(otter) == 30  # 20 doubled, half as much again, halved
    await rulebook.multiply(STAFF, "channel", CHANNEL, 0)
    assert await env.writes(otter) is None
    assert env.levels.earnings.last(GUILD, otter).unpaid is Unpaid.CHANNEL
    await rulebook.multiply(STAFF, "channel", CHANNEL, 100)  # as if it had never been said
    await rulebook.multiply(STAFF, "role", PAINTER, 0)
    assert await env.writes(otter) is not None
    env.discord.people[otter].role_ids.add(PAINTER)
    assert await env.writes(otter) is None
    assert env.levels.earnings.last(GUILD, otter).unpaid is Unpaid.ROLE
    await env.choose(percent=0)
    assert await env.writes(env.someone()) is None


async def test_repeats_and_floods_of_single_words_earn_nothing(env: LevelsEnv) -> None:
    otter = env.someone()
    await env.choose(cooldown_seconds=0)
    heard = env.levels.earnings.heard
    assert await heard(env.message(otter, "Good morning, harbour")) is not None
    assert await heard(env.message(otter, "GOOD  morning, harbour")) is None
    assert env.levels.earnings.last(GUILD, otter).unpaid is Unpaid.REPEAT
    assert await heard(env.message(otter, "spam Spam spam")) is None
    env.clock.advance(timedelta(minutes=11).total_seconds())
    assert await heard(env.message(otter, "Good morning, harbour")) is not None


async def test_a_rise_over_several_levels_is_told_once(env: LevelsEnv) -> None:
    otter = env.someone()
    account = env.discord.accounts[otter]
    await env.levels.corrections.give(STAFF, account, 1_200, None)
    assert await env.ups() == [(1, 5, 1_200)]
    await env.levels.corrections.take(STAFF, account, 500)
    await env.levels.corrections.set(STAFF, account, 1_118, None)
    await env.levels.corrections.set(STAFF, account, 10, None)
    assert await env.ups() == [(1, 5, 1_200), (3, 5, 1_118)]


async def test_nobody_has_more_than_there_can_be(env: LevelsEnv) -> None:
    async with env.emitter.database.transaction() as tx:
        most = Award(GUILD, 5, MOST_XP)
        assert await store.award(tx, [most]) == {(GUILD, 5): MOST_XP}
        assert await store.award(tx, [replace(most, xp=1)]) == {}


async def test_talk_pays_whoever_hears_somebody_else_once_a_minute(env: LevelsEnv) -> None:
    otter, heron, deaf = (env.someone() for _ in range(3))
    robot = env.someone(is_bot=True)
    await env.levels.rulebook.multiply(STAFF, "channel", VOICE, 300)
    env.talk(otter, heron, deaf, robot, deaf=deaf)
    assert await env.levels.voice.tick() == 2
    assert await env.levels.voice.tick() == 0  # the same minute, as after a restart
    await env.again()
    assert await env.levels.voice.tick() == 0
    env.clock.advance(60)
    assert await env.levels.voice.tick() == 2
    assert [await env.xp(one) for one in (otter, heron, deaf, robot)] == [30, 30, 0, 0]
    env.clock.advance(60)
    env.talk(otter, deaf, robot, deaf=deaf)
    assert await env.levels.voice.tick() == 0
    env.talk(otter, heron, is_afk=True)
    assert await env.levels.voice.tick() == 0
    env.discord.talking = []
    assert await env.levels.voice.tick() == 0


async def test_a_minute_of_talk_and_a_message_do_not_wait_for_one_another(env: LevelsEnv) -> None:
    otter, heron = env.someone(), env.someone()
    env.talk(otter, heron)
    await env.writes(otter)
    await env.levels.voice.tick()
    assert await env.xp(otter) == LevelsProcess.earns + 5
    assert await env.levels.earnings.heard(env.message(otter)) is None


async def test_old_weeks_and_announcements_go(env: LevelsEnv) -> None:
    otter = env.someone()
    await env.levels.corrections.give(STAFF, env.discord.accounts[otter], 300, CHANNEL)
    await env.writes(otter)
    env.clock.advance(timedelta(weeks=10).total_seconds())
    for one in (env.levels.announcements, env.levels.weekly):
        async for _count in one.prune(env.clock.now()):
            pass
    async with env.emitter.database.reading() as reading:
        weeks = (await reading.execute(level_week.select())).all()
    assert weeks == []
    assert await env.posts("levels.up") == []
    assert await env.xp(otter) == 300 + LevelsProcess.earns
