"""The muting role in new channels: closed at once, after an absence, and after a failure."""

from datetime import timedelta

import pytest

from bot.controls import Post
from bot.features.cases.mute_upkeep import find
from tests.integration.cases.cases_env import CasesEnv
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import Fault, ProcessDied

LOG, MUTED = 5, 20
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def env(env: CasesEnv) -> CasesEnv:
    await env.choose(log_channel_id=LOG)
    return env


async def lines(env: CasesEnv) -> list[Post]:
    """What stands in the log once all that is owed is paid."""
    await env.process.posts.sweep()
    return list(env.discord.lines.values())


async def sighted(env: CasesEnv) -> None:
    """The guild is seen, and what is due is done."""
    await env.sight_guild()
    await env.sweep()


def closed(env: CasesEnv) -> list[int]:
    return [channel_id for channel_id, _role in env.discord.silenced]


async def seen_with_two(env: CasesEnv) -> None:
    """Two channels are there when the bot first looks; staff have decided about them."""
    env.discord.channel_ids = [30, 31]
    await sighted(env)
    assert closed(env) == []


async def test_a_new_channel_is_closed_to_the_muted(env: CasesEnv) -> None:
    await env.process.upkeep.created(GUILD, 40)
    assert env.discord.silenced == [(40, 20)]
    for choice in ({"keep_muted": False}, {"keep_muted": True, "mute_role_id": None}):
        await env.choose(**choice)
        await env.process.upkeep.created(GUILD, 41)
    assert env.discord.silenced == [(40, 20)]
    assert await lines(env) == []


async def test_a_channel_that_could_not_be_closed_is_said(env: CasesEnv) -> None:
    env.discord.faults["silence"] = Fault.REFUSES
    await env.process.upkeep.created(GUILD, 40)
    (line,) = await lines(env)
    assert line.title == "Muted people can write in a new channel"
    assert dict(line.fields) == {"Channel": "<#40>", "Why": "Missing Permissions"}


@pytest.mark.parametrize("how", ["gap", "restart"])
async def test_what_was_made_while_the_bot_was_away_is_closed_to_the_muted(
    env: CasesEnv, how: str
) -> None:
    await seen_with_two(env)
    env.discord.channel_ids = [40, 31, 41]
    if how == "restart":
        await env.again()
    await sighted(env)
    assert env.discord.silenced == [(40, MUTED), (41, MUTED)]
    await sighted(env)
    await env.process.upkeep.created(GUILD, 42)
    env.discord.channel_ids.append(42)
    await sighted(env)
    assert closed(env) == [40, 41, 42]


async def test_what_got_no_answer_is_closed_later_with_all_after_it(env: CasesEnv) -> None:
    await seen_with_two(env)
    env.discord.channel_ids += [40, 41, 42]
    env.discord.faults = {"silence 40": Fault.REFUSES, "silence 41": Fault.LOST}
    await sighted(env)
    assert closed(env) == []
    env.discord.faults.clear()
    await env.sweep(after=2 * MINUTE)
    assert closed(env) == [41, 42]
    assert [line.fields[0] for line in await lines(env)] == [("Channel", "<#40>")]


async def test_a_new_channel_without_an_answer_is_owed(env: CasesEnv) -> None:
    env.discord.faults["silence"] = Fault.LOST
    await env.process.upkeep.created(GUILD, 40)
    env.discord.channel_ids = [30, 40]
    env.discord.faults.clear()
    await env.again()
    await env.sweep(after=2 * MINUTE)
    assert closed(env) == [40]
    assert await lines(env) == []


async def test_a_process_that_dies_before_it_has_closed_a_channel_leaves_it_owed(
    env: CasesEnv,
) -> None:
    await seen_with_two(env)
    env.discord.channel_ids.append(40)
    env.discord.faults["silence"] = Fault.CRASH_BEFORE
    with pytest.raises(ProcessDied):
        await env.process.upkeep.created(GUILD, 40)
    env.discord.faults.clear()
    await env.again()
    await env.sweep(after=2 * MINUTE)
    assert closed(env) == [40]


async def test_what_was_made_while_it_was_not_wanted_stays_open(env: CasesEnv) -> None:
    await seen_with_two(env)
    await env.choose(keep_muted=False)
    env.discord.channel_ids.append(40)
    await env.process.upkeep.created(GUILD, 40)
    await env.choose(keep_muted=True)
    await sighted(env)
    env.discord.channel_ids.append(41)
    await sighted(env)
    assert closed(env) == [41]


async def test_without_a_role_nothing_is_remembered(env: CasesEnv) -> None:
    await seen_with_two(env)
    await env.choose(mute_role_id=None)
    await sighted(env)
    async with env.emitter.database.reading() as reading:
        assert await find(reading, GUILD) is None


async def test_a_channel_that_is_gone_again_is_nothing_to_say(env: CasesEnv) -> None:
    await seen_with_two(env)
    env.discord.gone_channels = frozenset({40})
    await env.process.upkeep.created(GUILD, 40)
    assert await lines(env) == []
    del env.discord.there[MUTED]
    await env.process.upkeep.created(GUILD, 41)
    assert len(await lines(env)) == 1
